#include "text.h"

#include <doctest/doctest.h>

#include "letters.h"
#include "terminal.h"

using namespace pixazo::cli;

TEST_CASE("bad UTF-8 is taken byte by byte and never read past its end") {
  for (const char* bad :
       {"\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    const std::string text = bad;
    size_t at = 0;
    while (at < text.size()) CHECK(NextChar(text, at) == 0xFFFD);
    CHECK(at == text.size());
  }
  size_t at = 0;
  CHECK(NextChar("\xF0\x9F\xA6\x8A", at) == 0x1F98A);
  CHECK(at == 4);
}

TEST_CASE("text from elsewhere can move no cursor and reverse no line") {
  CHECK(Clean("a\x1b[2Jb\r\nc\x7F") == "a [2Jb  c ");
  CHECK(Clean("\xC2\x9B"
              "31m") == " 31m");
  CHECK(Clean("x\xE2\x80\xAEy") == "x y");
  CHECK(Clean("\xFFz") == "\xEF\xBF\xBDz");
}

TEST_CASE("text is cut by columns, not by bytes or characters") {
  SetUpLocale();
  UseAscii(false);
  CHECK(Columns("fox") == 3);
  CHECK(Columns("富士") == 4);
  CHECK(Columns("e\xCC\x81") == 1);
  CHECK(Fit("a quiet harbour", 9) == "a quiet…");
  CHECK(Fit("富士山", 5) == "富士…");
  CHECK(Fit("fox", 3) == "fox");
  CHECK(FitPad("富", 4) == "富  ");
  CHECK(Fit("fox", 0).empty());
  UseAscii(true);
  CHECK(Fit("a quiet harbour", 10) == "a quiet...");
  CHECK(Columns(Fit("a quiet harbour", 2)) <= 2);
  UseAscii(false);
}

TEST_CASE("lines are broken between words") {
  CHECK(Wrap("a quiet harbour at dawn", 10) == std::vector<std::string>{"a quiet", "harbour at", "dawn"});
  CHECK(Wrap("", 10) == std::vector<std::string>{""});
  CHECK(Wrap("unbreakable", 4) == std::vector<std::string>{"unbreakable"});
}

TEST_CASE("a slug is a safe file name") {
  CHECK(Slug("A quiet harbour, at DAWN!") == "a-quiet-harbour-at-dawn");
  CHECK(Slug("../../etc/passwd") == "etc-passwd");
  CHECK(Slug("-rf .") == "rf");
  CHECK(Slug("the captain's cat") == "the-captains-cat");
  CHECK(Slug("富士山").empty());
  CHECK(Slug("one two three", 9) == "one-two");
  CHECK(Slug("one two three", 3) == "one");
  CHECK(Slug(std::string(300, 'x')).size() == 48);
}

TEST_CASE("amounts are written for people") {
  CHECK(Bytes(999) == "999 B");
  CHECK(Bytes(1400) == "1.4 kB");
  CHECK(Bytes(999'600) == "1.0 MB");
  CHECK(Bytes(12'345'678) == "12 MB");
  CHECK(Seconds(8'240) == "8.2 s");
  CHECK(Seconds(185'000) == "3 min 05 s");
  CHECK(Clock(8'000) == "0:08");
  CHECK(Clock(3'661'000) == "1:01:01");
  CHECK(Dollars(128'000) == "$0.128");
  CHECK(Dollars(10'000) == "$0.01");
  CHECK(Dollars(5'000'000) == "$5.00");
  CHECK(DollarRange(12'000, 48'000) == "$0.012 to $0.048");
}

TEST_CASE("words for a shell are quoted where they must be") {
  CHECK(ShellWord("plain-1.png") == "plain-1.png");
  CHECK(ShellWord("") == "''");
  CHECK(ShellWord("a fox") == "'a fox'");
  CHECK(ShellWord("it's $5") == "'it'\\''s $5'");
}

TEST_CASE("letters are cut to a width in pixels") {
  const double width = LetterWidth("harbour", 10);
  CHECK(width > 30);
  CHECK(FitLetters("harbour", 10, width) == "harbour");
  const std::string cut = FitLetters("a quiet harbour at dawn", 10, width);
  CHECK(LetterWidth(cut, 10) <= width);
  CHECK(cut.ends_with("…"));
  Image paper = MakeImage(60, 20, 0xFFFFFF);
  DrawLetters(paper, "É", 2, 16, 8, 0);
  size_t inked = 0;
  for (size_t i = 0; i < paper.rgba.size(); i += 4) inked += paper.rgba[i] < 128;
  CHECK(inked > 20);
}
