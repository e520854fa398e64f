#define _GNU_SOURCE
#include "server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static void read_line(int fd, char *line, size_t size) {
  size_t n = 0;
  while (n + 1 < size) {
    ssize_t got = read(fd, line + n, 1);
    if (got <= 0 || line[n] == '\n') break;
    n++;
  }
  line[n] = '\0';
}

static void start(struct server *server, char *const *argv) {
  int to[2], from[2];
  char line[256], *url;
  CHECK(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0);
  server->pid = fork();
  CHECK(server->pid >= 0);
  if (server->pid == 0) {
    dup2(to[0], 0);
    dup2(from[1], 1);
    execv(argv[0], argv);
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  server->in = to[1];
  server->out = from[0];
  read_line(server->out, line, sizeof line);
  url = strstr(line, "http://");
  if (!url) fprintf(stderr, "%s did not start: %s\n", argv[0], line);
  CHECK(url != NULL);
  snprintf(server->url, sizeof server->url, "%s", url);
}

void sandbox_start(struct server *server, int speed, const char *const *extra) {
  char speed_text[16];
  const char *argv[32] = {PZ_SANDBOX, "--port", "0", "--quiet", "--exit-with-parent", "--speed"};
  int n = 6;
  snprintf(speed_text, sizeof speed_text, "%d", speed);
  argv[n++] = speed_text;
  while (extra && *extra && n < 31) argv[n++] = *extra++;
  start(server, (char *const *)argv);
}

void odd_start(struct server *server, const char *manner) {
  const char *argv[] = {PZ_ODD_GATEWAY, manner, NULL};
  start(server, (char *const *)argv);
}

void server_stop(struct server *server) {
  close(server->in);
  kill(server->pid, SIGTERM);
  waitpid(server->pid, NULL, 0);
  close(server->out);
}

void odd_ask(struct server *server, const char *question, char *answer, size_t size) {
  CHECK(write(server->in, question, strlen(question)) == (ssize_t)strlen(question));
  CHECK(write(server->in, "\n", 1) == 1);
  read_line(server->out, answer, size);
}

long odd_count(struct server *server, const char *question) {
  char answer[64];
  odd_ask(server, question, answer, sizeof answer);
  return strtol(answer, NULL, 10);
}

void odd_await(struct server *server, const char *question, long least) {
  char line[128];
  snprintf(line, sizeof line, "await %s %ld", question, least);
  CHECK(odd_count(server, line) >= least);
}

char *http_get(const char *url, const char *path) {
  struct sockaddr_in address;
  const char *colon = strrchr(url, ':');
  char request[512], *text = NULL, *body;
  size_t size = 0, n = 0;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)strtol(colon + 1, NULL, 10));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
  snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1%s\r\nConnection: close\r\n\r\n", path, colon);
  CHECK(write(fd, request, strlen(request)) == (ssize_t)strlen(request));
  for (;;) {
    ssize_t got;
    if (n + 65536 > size) text = realloc(text, size = size * 2 + 131072);
    CHECK(text != NULL);
    got = read(fd, text + n, size - n - 1);
    if (got <= 0) break;
    n += (size_t)got;
  }
  close(fd);
  text[n] = '\0';
  body = strstr(text, "\r\n\r\n");
  CHECK(body != NULL);
  memmove(text, body + 4, strlen(body + 4) + 1);
  return text;
}

int occurrences(const char *text, const char *part) {
  int n = 0;
  for (text = strstr(text, part); text; text = strstr(text + strlen(part), part)) n++;
  return n;
}

static int entries(const char *path) {
  DIR *directory = opendir(path);
  int n = 0;
  struct dirent *entry;
  while ((entry = readdir(directory))) n += entry->d_name[0] != '.';
  closedir(directory);
  return n;
}

static void *nothing(void *argument) { return argument; }

int threads_of_process(void) {
  static int primed;
  pthread_t thread;
  if (!primed++) { /* a sanitizer starts its own thread with the first one */
    CHECK(pthread_create(&thread, NULL, nothing, NULL) == 0);
    pthread_join(thread, NULL);
    while (entries("/proc/self/task") > 2) sched_yield();
  }
  return entries("/proc/self/task");
}

void await_threads(int at_most) {
  while (threads_of_process() > at_most) sched_yield();
}

int descriptors_of_process(void) { return entries("/proc/self/fd") - 1; }
