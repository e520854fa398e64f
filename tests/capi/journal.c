/* The journal: what a process leaves behind, and what the next one makes of it. */
#include "support/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TEST(viewer, "a journal of 1.0 is read without a client: ids, the whole life of each job as JSON, and no problem") {
  char directory[256], path[300];
  pz_journal *journal = NULL;
  const char *json;
  size_t len = 0;
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/journal", directory);
  copy_file(PZ_TEST_DATA "/journal/format-1", path);
  CHECK_STATUS(PZ_OK, pz_journal_open(path, PZ_NUL, &journal, NULL));
  CHECK_EQ(3, pz_journal_job_count(journal));
  CHECK_EQ(0, pz_journal_problem_count(journal));
  CHECK_EQ(1, pz_journal_job_id(journal, 0));
  CHECK_EQ(3, pz_journal_job_id(journal, 2));
  json = pz_journal_job_json(journal, 0, &len);
  CHECK_EQ(strlen(json), len);
  CHECK_HAS(json, "\"job_id\":\"1\"");
  CHECK_HAS(json, "\"stage\":\"intent\"");
  CHECK_HAS(json, "\"sent\":\"unknown\""); /* written on another machine */
  CHECK_HAS(pz_journal_job_json(journal, 1, NULL), "\"stage\":\"accepted\"");
  CHECK_HAS(pz_journal_job_json(journal, 2, NULL), "\"stage\":\"ended\"");
  CHECK_HAS(pz_journal_job_json(journal, 2, NULL), "\"delivered\":true");
  CHECK_EQ(0, pz_journal_job_id(journal, 3));
  CHECK_TEXT("", pz_journal_job_json(journal, 3, NULL));
  CHECK_TEXT("", pz_journal_problem(journal, 0));
  pz_journal_free(journal);
  remove_directory(directory);
}

TEST(viewer_errors, "a journal that is not there, and a file that is none, are errors that say so") {
  pz_journal *journal = NULL;
  pz_error *error = NULL;
  CHECK_STATUS(PZ_E_NOT_FOUND, pz_journal_open(PZ_SCRATCH "/no-journal-here", PZ_NUL, &journal, &error));
  CHECK_HAS(pz_error_message(error), "no-journal-here");
  pz_error_free(error);
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_journal_open("", PZ_NUL, &journal, NULL));
  CHECK_STATUS(PZ_E_IO, pz_journal_open(PZ_TEST_DATA "/endpoints.json", PZ_NUL, &journal, NULL));
  CHECK(journal == NULL);
}
