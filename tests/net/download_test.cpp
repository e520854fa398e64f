// faults.md section 4: outputs that are whole or not there.
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <array>
#include <thread>

#include "net/folder.h"
#include "net/pictures.h"
#include "net/rig.h"

using namespace pixazo;
using namespace pixazo::testing;
using transport::Completion;
using transport::DownloadCall;
using wire::Fault;
using wire::ImageFormat;

namespace {

constexpr std::array kPlainAndTls = {false, true};

FaultServer::Options Over(bool tls) {
  FaultServer::Options options;
  options.tls = tls;
  return options;
}

Script Serve(std::string bytes) {
  return [bytes](Connection& c) {
    while (c.ReadRequest()) c.Send(bytes);
  };
}
Script ServeThenFin(std::string bytes) {
  return [bytes](Connection& c) {
    if (!c.ReadRequest()) return;
    c.Send(bytes);
    c.Fin();
  };
}

DownloadCall ToFile(std::string url, const Folder& folder, std::string stem = "sd3") {
  DownloadCall call;
  call.url = std::move(url);
  call.directory = folder.path();
  call.stem = std::move(stem);
  return call;
}

// A server that has an object and understands ranges.
struct Object {
  std::string bytes;
  std::string headers;          // validators
  size_t cut_after = SIZE_MAX;  // of the whole, for requests without a range
  std::string etag;             // what If-Range must name for a 206
};
Script ServeRanges(std::shared_ptr<Object> object, std::shared_ptr<std::vector<Request>> seen) {
  return [object, seen](Connection& c) {
    while (auto request = c.ReadRequest()) {
      seen->push_back(*request);
      const std::string range = request->Header("Range");
      if (!range.empty() && request->Header("If-Range") == object->etag) {
        const size_t from = std::stoul(range.substr(6));
        const std::string rest = object->bytes.substr(from);
        c.Send(Answer(206, rest,
                      object->headers + "Content-Range: bytes " + std::to_string(from) + "-" +
                          std::to_string(object->bytes.size() - 1) + "/" +
                          std::to_string(object->bytes.size()) + "\r\n",
                      "image/png"));
        continue;
      }
      const std::string whole = Answer(200, object->bytes, object->headers, "image/png");
      if (object->cut_after == SIZE_MAX) {
        c.Send(whole);
        continue;
      }
      c.Send(std::string_view(whole).substr(0, whole.size() - object->bytes.size() + object->cut_after));
      return c.Cut();
    }
  };
}

}  // namespace

TEST_CASE("a picture arrives in memory, with its size from its own bytes") {
  for (bool tls : kPlainAndTls) {
    for (const auto& [bytes, format] :
         {std::pair{Png(640, 480), ImageFormat::kPng}, std::pair{Jpeg(640, 480), ImageFormat::kJpeg},
          std::pair{Webp(640, 480), ImageFormat::kWebp}}) {
      for (const std::string& reply : {Answer(200, bytes, "", "application/octet-stream"),
                                       Chunked(200, bytes, 100), Unframed(200, bytes)}) {
        FaultServer server(ServeThenFin(reply), Over(tls));
        Rig rig(server);
        const Completion done = rig.Download(server.Url("/output.ext"));
        CHECK(done.kind == Completion::Kind::kDownload);
        CHECK(done.download.whole);
        CHECK(done.download.fault == Fault::kNone);
        CHECK(done.data == bytes);
        CHECK(done.download.bytes == bytes.size());
        CHECK(done.download.image.format == format);
        CHECK(done.download.image.width == 640);
        CHECK(done.download.image.height == 480);
        CHECK(done.download.body == "");
      }
    }
  }
}

TEST_CASE("D1: a CDN sees no key, no cookie and no gateway header, even on the gateway's own origin") {
  for (bool tls : kPlainAndTls) {
    FaultServer::Options options = Over(tls);
    options.record_bytes = true;
    FaultServer server(Serve(Answer(200, Png(8, 8), "Set-Cookie: a=b\r\n")), options);
    transport::Config config = ConfigFor(server);
    config.extra_headers = {"X-Studio: north"};
    Rig rig(std::move(config));
    CHECK(rig.Download(server.Url("/a.png")).download.whole);
    CHECK(rig.Download(server.Url("/b.png")).download.whole);
    const std::string all = server.received();
    REQUIRE(all.find("GET /b.png") != std::string::npos);
    for (const char* absent :
         {kKey, "Ocp-Apim", "Cookie", "X-Studio", "Accept-Encoding", "Referer", "Authorization", "Range"})
      CHECK_MESSAGE(all.find(absent) == std::string::npos, absent);
  }
}

TEST_CASE("D2: redirects are followed up to five hops, each hop checked, and the key goes with none") {
  for (bool tls : kPlainAndTls) {
    FaultServer::Options options = Over(tls);
    options.record_bytes = true;
    const std::string picture = Png(4, 4);
    FaultServer server(
        [&](Connection& c) {
          while (auto request = c.ReadRequest()) {
            const int left = std::stoi(request->target.substr(1));
            if (left == 0)
              c.Send(Answer(200, picture));
            else
              c.Send(
                  Answer(left % 2 ? 302 : 307, "moved", "Location: /" + std::to_string(left - 1) + "\r\n"));
          }
        },
        options);
    Rig rig(server);
    CHECK(rig.Download(server.Url("/5")).data == picture);
    const Completion six = rig.Download(server.Url("/6"));
    CHECK_FALSE(six.download.whole);
    CHECK(six.download.fault == Fault::kProtocol);
    CHECK(six.download.detail == "more than 5 redirects");
    CHECK(server.received().find(kKey) == std::string::npos);
  }
}

TEST_CASE("D2: a redirect to a refused place is not followed") {
  FaultServer private_listener(Serve(Answer(200, Png(4, 4))));
  const std::string port = std::to_string(private_listener.port());
  for (const std::string& location :
       {std::string("http://10.0.0.1/a.png"), std::string("https://169.254.169.254/latest"),
        std::string("file:///etc/passwd"), std::string("ftp://cdn.example/a.png"),
        std::string("http://93.184.216.34/a.png"), std::string("https://93.184.216.34:8443/a.png"),
        "http://u:p@127.0.0.1:" + port + "/", "http://2130706433:" + port + "/", std::string("")}) {
    CAPTURE(location);
    FaultServer server(Serve(Answer(302, "", location.empty() ? "" : "Location: " + location + "\r\n")));
    Rig rig(server);
    const Completion done = rig.Download(server.Url("/a"));
    CHECK_FALSE(done.download.whole);
    CHECK(done.download.fault == (location.empty() ? Fault::kProtocol : Fault::kForbidden));
    CHECK(done.download.detail != "");
  }
  CHECK(private_listener.connections() == 0);
}

TEST_CASE("D3: an endless reply stops at the cap and leaves no file") {
  for (bool tls : kPlainAndTls)
    for (const char* framing : {"Transfer-Encoding: chunked\r\n", "Connection: close\r\n"}) {
      const bool chunked = framing[0] == 'T';
      std::atomic<uint64_t> sent{0};
      FaultServer server(
          [&](Connection& c) {
            if (!c.ReadRequest()) return;
            c.Send("HTTP/1.1 200 OK\r\n" + std::string(framing) + "\r\n");
            const std::string picture = Png(4, 4, 10'000);
            const std::string block =
                chunked ? "10000\r\n" + picture + std::string(65536 - picture.size(), 'x') + "\r\n"
                        : picture + std::string(65536 - picture.size(), 'x');
            while (c.Send(block)) sent += block.size();
          },
          Over(tls));
      Folder folder;
      Rig rig(server);
      DownloadCall call = ToFile(server.Url("/a"), folder);
      call.max_bytes = 1 << 20;
      const Completion done = rig.Wait(rig.StartDownload(std::move(call)));
      CHECK_FALSE(done.download.whole);
      CHECK(done.download.fault == Fault::kTooLarge);
      CHECK_FALSE(done.partial);
      CHECK(folder.names().empty());
      CHECK(sent < (64u << 20));
    }
}

TEST_CASE("D3 D7: a Content-Length over the cap is refused before a byte of it is stored") {
  FaultServer server([](Connection& c) {
    if (!c.ReadRequest()) return;
    c.Send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
    c.Hang();
  });
  Folder folder;
  Rig rig(server);
  const Completion done = rig.Wait(rig.StartDownload(ToFile(server.Url("/a"), folder)));
  CHECK(done.download.fault == Fault::kTooLarge);
  CHECK(folder.names().empty());
  transport::Config roomy = ConfigFor(server);
  roomy.max_output_bytes = UINT64_MAX;
  roomy.download_stall_ms = 1000;
  Rig larger(std::move(roomy));
  const Completion full = larger.Wait(larger.StartDownload(ToFile(server.Url("/a"), folder)));
  // Nearly 100 GB: refused for lack of room, or for the time it hangs where a disk is that large.
  if (full.download.fault == Fault::kIo)
    CHECK(full.download.detail.find("disk is full") != std::string::npos);
  CHECK_FALSE(full.download.whole);
  CHECK(folder.names().empty());
}

TEST_CASE("D4: an encoded reply is refused, and none is asked for") {
  for (const char* encoding :
       {"Content-Encoding: gzip\r\n", "Content-Encoding: br\r\n", "Content-Encoding: identity, gzip\r\n"}) {
    FaultServer server(Serve(Answer(200, Png(4, 4), encoding)));
    Folder folder;
    Rig rig(server);
    const Completion done = rig.Wait(rig.StartDownload(ToFile(server.Url("/a"), folder)));
    CHECK_FALSE(done.download.whole);
    CHECK(done.download.fault == Fault::kProtocol);
    CHECK(folder.names().empty());
    CHECK(server.requests().at(0).Header("Accept-Encoding") == "");
  }
  FaultServer plain(Serve(Answer(200, Png(4, 4), "Content-Encoding: identity\r\n")));
  Rig rig(plain);
  CHECK(rig.Download(plain.Url("/a")).download.whole);
}

TEST_CASE("D5: a reply cut anywhere is never a file") {
  const std::string bytes = Png(4, 4, 300);
  for (bool tls : kPlainAndTls)
    for (const std::string& whole : {Answer(200, bytes), Chunked(200, bytes, 64)}) {
      for (size_t at = 0; at < whole.size(); at += tls ? 31 : 7) {
        CAPTURE(at);
        FaultServer server(
            [&](Connection& c) {
              if (!c.ReadRequest()) return;
              c.Send(std::string_view(whole).substr(0, at));
              c.Cut();
            },
            Over(tls));
        Folder folder;
        Rig rig(server);
        const Completion done = rig.Wait(rig.StartDownload(ToFile(server.Url("/a"), folder)));
        CHECK_FALSE(done.download.whole);
        CHECK(done.download.final_path == "");
        CHECK(folder.names().empty());  // no validator: nothing to go on from
      }
    }
}

TEST_CASE("D6: without any framing the picture's own end mark decides") {
  for (bool tls : kPlainAndTls)
    for (const std::string& bytes : {Png(4, 4), Jpeg(4, 4), Webp(4, 4)}) {
      FaultServer whole(ServeThenFin(Unframed(200, bytes)), Over(tls));
      Rig rig(whole);
      CHECK(rig.Download(whole.Url("/a")).data == bytes);
      FaultServer cut(ServeThenFin(Unframed(200, bytes.substr(0, bytes.size() - 20))), Over(tls));
      Rig cut_rig(cut);
      const Completion done = cut_rig.Download(cut.Url("/a"));
      CHECK_FALSE(done.download.whole);
      CHECK(done.download.fault == Fault::kBroken);
      CHECK(done.data == "");
    }
}

TEST_CASE("D7: a full disk is reported, early if the size is known, and leaves nothing behind") {
  const std::string picture = Png(4, 4, 300'000);
  Folder folder;
  bool mounted = false;
  // A file system of 64 KiB that only this thread sees.
  std::thread([&] {
    mounted = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
              mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=64k") == 0;
    if (!mounted) return;
    WriteFile(folder / "old", "kept");
    for (const bool known : {true, false}) {
      FaultServer server(Serve(known ? Answer(200, picture) : Chunked(200, picture, 4000)));
      Rig rig(server);
      const Completion done = rig.Wait(rig.StartDownload(ToFile(server.Url("/a"), folder)));
      CHECK(done.download.fault == Fault::kIo);
      CHECK(done.download.detail.find("disk is full") != std::string::npos);
      CHECK_FALSE(done.partial);
      CHECK(folder.names() == std::set<std::string>{"old"});
      CHECK(ReadFile(folder / "old") == "kept");
    }
  }).join();
  if (!mounted)
    MESSAGE("mounting needs privileges this process does not have: only the size limit was tested");
}

TEST_CASE("O8: a file size limit is an error like a full disk") {
  FaultServer server(Serve(Answer(200, Png(4, 4, 300'000))));
  Folder folder;
  Rig rig(server);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto old_handler = signal(SIGXFSZ, SIG_IGN);  // the signal is the host's to set
  rlimit small = before;
  small.rlim_cur = 100'000;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const Completion done = rig.Wait(rig.StartDownload(ToFile(server.Url("/a"), folder)));
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, old_handler);
  CHECK(done.download.fault == Fault::kIo);
  CHECK(done.download.detail.find("too large") != std::string::npos);
  CHECK(folder.names().empty());
}

TEST_CASE("D8: a page with 200 is no picture, and type and extension come from the bytes") {
  FaultServer page(Serve(Answer(200, "<!doctype html><title>Sorry</title>", "", "image/png")));
  Folder folder;
  Rig rig(page);
  const Completion none = rig.Wait(rig.StartDownload(ToFile(page.Url("/a.png"), folder)));
  CHECK_FALSE(none.download.whole);
  CHECK(none.download.fault == Fault::kNone);
  CHECK(none.download.http_status == 200);
  CHECK(none.download.detail.find("no PNG, JPEG or WebP") != std::string::npos);
  CHECK(folder.names().empty());

  FaultServer liar(Serve(Answer(200, Webp(30, 20), "", "image/png")));
  Rig liar_rig(liar);
  const Completion webp = liar_rig.Wait(liar_rig.StartDownload(ToFile(liar.Url("/output.ext"), folder)));
  CHECK(webp.download.whole);
  CHECK(webp.download.final_path == folder / "sd3.webp");
  CHECK(folder.names() == std::set<std::string>{"sd3.webp"});
}

TEST_CASE("D8: bytes of an unknown kind are kept where the caller takes any") {
  FaultServer server(Serve(Answer(200, "GIF89a....")));
  Folder folder;
  Rig rig(server);
  DownloadCall call = ToFile(server.Url("/a"), folder);
  call.accept_any = true;
  const Completion done = rig.Wait(rig.StartDownload(std::move(call)));
  CHECK(done.download.whole);
  CHECK(done.download.final_path == folder / "sd3.bin");
}

TEST_CASE("D8: the size of a JPEG is found behind megabytes of metadata") {
  FaultServer server(Serve(Answer(200, Jpeg(1234, 777, 3'000'000))));
  Folder folder;
  Rig rig(server);
  const Completion done = rig.Wait(rig.StartDownload(ToFile(server.Url("/a"), folder)));
  CHECK(done.download.image.width == 1234);
  CHECK(done.download.image.height == 777);
  CHECK(done.download.final_path == folder / "sd3.jpg");
}

TEST_CASE("D9: nothing of the URL gets into the file name, and a stem cannot leave the directory") {
  FaultServer server(Serve(Answer(200, Png(4, 4))));
  Folder folder;
  Rig rig(server);
  for (const char* path : {"/../../x.sh", "/con.png", "/a%2f..%2fb.exe", "/%00.png"})
    CHECK(rig.Wait(rig.StartDownload(ToFile(server.Url(path), folder))).download.whole);
  CHECK(folder.names() == std::set<std::string>{"sd3.png", "sd3-2.png", "sd3-3.png", "sd3-4.png"});
  for (const std::string& stem :
       {std::string(""), std::string("."), std::string(".."), std::string("../x"), std::string("a/b"),
        std::string("a\\b"), std::string("a\nb"), std::string("a\0b", 3), std::string(300, 'a')}) {
    const Completion done = rig.Wait(rig.StartDownload(ToFile(server.Url("/a"), folder, stem)));
    CHECK(done.download.fault == Fault::kArgument);
  }
  CHECK(folder.names().size() == 4);
}

TEST_CASE("D10: an existing name of any kind is not touched, and a number is appended") {
  const std::string picture = Png(4, 4);
  FaultServer server(Serve(Answer(200, picture)));
  Folder folder;
  WriteFile(folder / "sd3.png", "mine");
  std::filesystem::create_directory(folder / "sd3-2.png");
  std::filesystem::create_symlink("/dev/null", folder / "sd3-3.png");
  Rig rig(server);
  const Completion done = rig.Wait(rig.StartDownload(ToFile(server.Url("/a"), folder)));
  CHECK(done.download.final_path == folder / "sd3-4.png");
  CHECK(ReadFile(folder / "sd3-4.png") == picture);
  CHECK(ReadFile(folder / "sd3.png") == "mine");
  CHECK(std::filesystem::is_symlink(folder / "sd3-3.png"));
  struct stat info {};
  REQUIRE(stat((folder / "sd3-4.png").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(folder.names().size() == 4);
}

TEST_CASE("D10: while it runs there is one temporary of our own prefix, private, and aborted, it is gone") {
  const std::string whole = Answer(200, Png(4, 4, 100'000));
  FaultServer server([&](Connection& c) {
    if (!c.ReadRequest()) return;
    c.Send(std::string_view(whole).substr(0, 50'000));
    c.Hang();
  });
  Folder folder;
  Rig rig(server);
  const auto token = rig.StartDownload(ToFile(server.Url("/a"), folder));
  REQUIRE(rig.DriveUntil([&] { return rig->Progress(token) > 40'000; }));
  REQUIRE(folder.names().size() == 1);
  const std::string name = *folder.names().begin();
  CHECK(name.rfind(".pixazo-", 0) == 0);
  struct stat info {};
  REQUIRE(stat((folder / name).c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  rig->Abort(token);
  CHECK(folder.names().empty());
  const Completion done = rig.Wait(token);
  CHECK(done.download.fault == Fault::kAborted);
  CHECK(done.download.http_status == 200);
  CHECK_FALSE(done.partial);
}

TEST_CASE(
    "D10: a directory that is missing, is a file or cannot be written is a clear error before anything is "
    "fetched") {
  FaultServer server(Serve(Answer(200, Png(4, 4))));
  Folder folder;
  WriteFile(folder / "file", "x");
  Rig rig(server);
  std::vector<std::pair<std::string, std::string>> rows = {{folder / "missing", "no such directory"},
                                                           {folder / "file", "not a directory"}};
  if (geteuid() != 0) {
    std::filesystem::create_directory(folder / "shut");
    std::filesystem::permissions(folder / "shut",
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    rows.push_back({folder / "shut", "permission denied"});
  }
  for (const auto& [directory, why] : rows) {
    DownloadCall call = ToFile(server.Url("/a"), folder);
    call.directory = directory;
    const Completion done = rig.Wait(rig.StartDownload(std::move(call)));
    CHECK(done.download.fault == Fault::kIo);
    CHECK_MESSAGE(done.download.detail.find(why) != std::string::npos, done.download.detail);
  }
  CHECK(server.connections() == 0);
}

TEST_CASE("D11: a reply that trickles is a stall, and a total limit holds as well") {
  for (bool total : {false, true}) {
    FaultServer server([](Connection& c) {
      if (!c.ReadRequest()) return;
      c.Drip(Answer(200, Png(4, 4, 100'000)), 1, 50);
    });
    transport::Config config = ConfigFor(server);
    config.download_stall_ms = total ? 60'000 : 1000;
    Rig rig(std::move(config));
    DownloadCall call;
    call.url = server.Url("/a");
    call.timeout_ms = total ? 300 : 0;
    const Completion done = rig.Wait(rig.StartDownload(std::move(call)));
    CHECK(done.download.fault == Fault::kTimeout);
    CHECK_FALSE(done.download.whole);
  }
}

TEST_CASE("D12: four outputs of which one fails are three outputs") {
  FaultServer server([](Connection& c) {
    while (auto request = c.ReadRequest())
      c.Send(request->target == "/2" ? Answer(500, "") : Answer(200, Png(4, 4)));
  });
  Folder folder;
  Rig rig(server);
  std::vector<transport::Token> tokens;
  for (int i = 0; i < 4; ++i)
    tokens.push_back(
        rig.StartDownload(ToFile(server.Url("/" + std::to_string(i)), folder, "o" + std::to_string(i))));
  for (int i = 0; i < 4; ++i) {
    const Completion done = rig.Wait(tokens[static_cast<size_t>(i)]);
    CHECK(done.download.whole == (i != 2));
    if (i == 2) CHECK(done.download.http_status == 500);
  }
  CHECK(folder.names() == std::set<std::string>{"o0.png", "o1.png", "o3.png"});
}

TEST_CASE("D13: the status of a refused output is handed on, its page is not kept") {
  for (int status : {401, 403, 404, 410, 500, 503, 204}) {
    FaultServer server(
        Serve(Answer(status, status == 204 ? "" : std::string(200'000, 'e'), "Retry-After: 3\r\n")));
    Rig rig(server);
    const Completion done = rig.Download(server.Url("/a"));
    CHECK(done.download.http_status == status);
    CHECK(done.download.fault == Fault::kNone);
    CHECK_FALSE(done.download.whole);
    CHECK(done.download.body == "");
    CHECK(done.data == "");
    CHECK(done.download.retry_after == std::vector<std::string>{"3"});
  }
}

TEST_CASE("D14: a broken transfer goes on by Range and If-Range, in memory and in a file") {
  for (bool to_file : {false, true})
    for (bool tls : kPlainAndTls) {
      auto object = std::make_shared<Object>();
      auto seen = std::make_shared<std::vector<Request>>();
      object->bytes = Png(64, 64, 300'000);
      object->etag = "\"v1\"";
      object->headers = "ETag: \"v1\"\r\n";
      object->cut_after = 123'456;
      FaultServer server(ServeRanges(object, seen), Over(tls));
      Folder folder;
      Rig rig(server);
      DownloadCall first;
      if (to_file) first = ToFile(server.Url("/a?sig=1"), folder);
      first.url = server.Url("/a?sig=1");
      Completion broken = rig.Wait(rig.StartDownload(std::move(first)));
      CHECK(broken.download.fault == Fault::kBroken);
      REQUIRE(broken.partial);
      CHECK(broken.partial->size() == 123'456);
      DownloadCall second;
      if (to_file) second = ToFile("", folder);
      second.url = server.Url("/a?sig=2");
      second.partial = std::move(broken.partial);
      const Completion done = rig.Wait(rig.StartDownload(std::move(second)));
      CHECK(done.download.whole);
      CHECK(done.download.resumed);
      CHECK(done.download.bytes == object->bytes.size());
      CHECK((to_file ? ReadFile(done.download.final_path) : done.data) == object->bytes);
      REQUIRE(seen->size() == 2);
      CHECK((*seen)[1].Header("Range") == "bytes=123456-");
      CHECK((*seen)[1].Header("If-Range") == "\"v1\"");
      CHECK(folder.names().size() == (to_file ? 1u : 0u));
    }
}

TEST_CASE("D14: an object that changed meanwhile is fetched anew from its first byte") {
  auto object = std::make_shared<Object>();
  auto seen = std::make_shared<std::vector<Request>>();
  object->bytes = Png(64, 64, 300'000);
  object->etag = "\"v1\"";
  object->headers = "ETag: \"v1\"\r\n";
  object->cut_after = 200'000;
  FaultServer server(ServeRanges(object, seen));
  Folder folder;
  Rig rig(server);
  Completion broken = rig.Wait(rig.StartDownload(ToFile(server.Url("/a"), folder)));
  REQUIRE(broken.partial);
  REQUIRE(server.WaitUntil([&] { return server.open_connections() == 0; }));
  object->bytes = Jpeg(32, 32, 0, 100'000);  // shorter than what is there
  object->etag = "\"v2\"";
  object->headers = "ETag: \"v2\"\r\n";
  object->cut_after = SIZE_MAX;
  DownloadCall call = ToFile(server.Url("/a"), folder);
  call.partial = std::move(broken.partial);
  const Completion done = rig.Wait(rig.StartDownload(std::move(call)));
  CHECK(done.download.whole);
  CHECK_FALSE(done.download.resumed);
  CHECK(ReadFile(done.download.final_path) == object->bytes);
  CHECK(folder.names() == std::set<std::string>{"sd3.jpg"});
}

TEST_CASE("D14: a part that does not continue what is there is refused, and is not tried on again") {
  const std::string bytes = Png(64, 64, 300'000);
  for (const std::string& range : {std::string("bytes 0-99/100"), std::string("bytes 200001-300000/300001"),
                                   std::string("items 1-2/3"), std::string("bytes 9-1/3"), std::string("")}) {
    CAPTURE(range);
    std::atomic<int> request_count{0};
    FaultServer server([&](Connection& c) {
      while (auto request = c.ReadRequest()) {
        if (request_count++ == 0) {
          c.Send(Answer(200, bytes, "ETag: \"v1\"\r\n").substr(0, 100'000));
          return c.Cut();
        }
        c.Send(Answer(206, std::string(100, 'z'),
                      "ETag: \"v1\"\r\n" + (range.empty() ? "" : "Content-Range: " + range + "\r\n")));
      }
    });
    Rig rig(server);
    Completion broken = rig.Download(server.Url("/a"));
    REQUIRE(broken.partial);
    DownloadCall call;
    call.url = server.Url("/a");
    call.partial = std::move(broken.partial);
    const Completion done = rig.Wait(rig.StartDownload(std::move(call)));
    CHECK_FALSE(done.download.whole);
    CHECK(done.download.fault == Fault::kProtocol);
    CHECK_FALSE(done.partial);
  }
}

TEST_CASE("D14: only a strong validator makes a part worth keeping, and 416 and another URL start over") {
  const std::string bytes = Png(64, 64, 300'000);
  const auto part_after = [&](const std::string& headers) {
    FaultServer server([&](Connection& c) {
      if (!c.ReadRequest()) return;
      const std::string whole = Answer(200, bytes, headers);
      c.Send(std::string_view(whole).substr(0, 200'000));
      c.Cut();
    });
    Rig rig(server);
    return rig.Download(server.Url("/a")).partial != nullptr;
  };
  const std::string date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  CHECK(part_after("ETag: \"s\"\r\n"));
  CHECK(part_after(date + "Last-Modified: Sun, 06 Nov 1994 08:40:00 GMT\r\n"));
  CHECK_FALSE(part_after("ETag: W/\"weak\"\r\n"));
  CHECK_FALSE(part_after(date + "Last-Modified: Sun, 06 Nov 1994 08:49:30 GMT\r\n"));
  CHECK_FALSE(part_after("Last-Modified: Sun, 06 Nov 1994 08:40:00 GMT\r\n"));
  CHECK_FALSE(part_after(""));

  auto object = std::make_shared<Object>(Object{bytes, "ETag: \"v1\"\r\n", 100'000, "\"v1\""});
  auto seen = std::make_shared<std::vector<Request>>();
  FaultServer server(ServeRanges(object, seen));
  Rig rig(server);
  DownloadCall elsewhere;
  elsewhere.url = server.Url("/b");
  elsewhere.partial = rig.Download(server.Url("/a")).partial;
  REQUIRE(elsewhere.partial);
  Completion restarted = rig.Wait(rig.StartDownload(std::move(elsewhere)));
  CHECK(seen->back().Header("Range") == "");

  FaultServer unsatisfied([&](Connection& c) {
    while (auto request = c.ReadRequest()) {
      if (request->Header("Range").empty()) {
        c.Send(Answer(200, bytes, "ETag: \"v1\"\r\n").substr(0, 100'000));
        return c.Cut();
      }
      c.Send(Answer(416, ""));
    }
  });
  Rig other(unsatisfied);
  DownloadCall call;
  call.url = unsatisfied.Url("/a");
  call.partial = other.Download(unsatisfied.Url("/a")).partial;
  REQUIRE(call.partial);
  const Completion done = other.Wait(other.StartDownload(std::move(call)));
  CHECK(done.download.http_status == 416);
  CHECK_FALSE(done.partial);
}

TEST_CASE("D14: a part survives a connection that fails, and dropping it removes the file") {
  auto object = std::make_shared<Object>(Object{Png(64, 64, 300'000), "ETag: \"v1\"\r\n", 100'000, "\"v1\""});
  auto seen = std::make_shared<std::vector<Request>>();
  Folder folder;
  transport::Config config;
  std::string url;
  Completion broken;
  auto server = std::make_unique<FaultServer>(ServeRanges(object, seen));
  Rig rig(*server);
  url = server->Url("/a");
  broken = rig.Wait(rig.StartDownload(ToFile(url, folder)));
  REQUIRE(broken.partial);
  server.reset();
  DownloadCall again = ToFile(url, folder);
  again.partial = std::move(broken.partial);
  Completion refused = rig.Wait(rig.StartDownload(std::move(again)));
  CHECK(refused.download.fault == Fault::kConnect);
  REQUIRE(refused.partial);
  CHECK(refused.partial->size() == 100'000);
  CHECK(folder.names().size() == 1);
  refused.partial.reset();
  CHECK(folder.names().empty());
}

TEST_CASE("an output that states one size and delivers another is not whole") {
  const std::string bytes = Png(4, 4);
  FaultServer conflicting(ServeThenFin("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(bytes.size()) +
                                       "\r\nContent-Length: 7\r\n\r\n" + bytes));
  Rig rig(conflicting);
  CHECK_FALSE(rig.Download(conflicting.Url("/a")).download.whole);
}
