"""pz on a terminal, through tmux: what a person sees while it runs, after Ctrl-C, and when the window changes."""
import os
import re
import shlex
import shutil
import subprocess
import unittest

from harness import CANARY, FAST, PATIENCE, PZ, QUEUED, PzTest, Sandbox, decode_png, main, until

SGR = re.compile(r"\x1b\[[0-9;:]*m")


@unittest.skipUnless(shutil.which("tmux"), "SKIPPED: tmux is not installed (apt-get install tmux)")
class Terminal(PzTest):
    def setUp(self):
        super().setUp()
        self.socket = str(self.dir / "tmux")
        self.commands = 0

    def tmux(self, *args, check=True):
        return subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *args], capture_output=True, text=True, timeout=PATIENCE, check=check).stdout

    def open(self, url, columns=100, rows=30, **env):
        """A shell in a terminal of this size."""
        settings = {**self.env(url, **env), "PS1": "ready> ", "PATH": os.path.dirname(PZ) + ":" + os.environ["PATH"]}
        settings.pop("TMUX", None)
        words = ["env", "-i", *(f"{k}={v}" for k, v in settings.items() if k != "TERM"), "TERM=" + settings["TERM"], "bash", "--norc", "--noprofile"]
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(self.dir), shlex.join(words))
        self.addCleanup(self.tmux, "kill-server", check=False)
        self.tmux("set", "-g", "status", "off")
        until("the shell is ready", lambda: "ready>" in self.screen())

    def screen(self, colors=False):
        return self.tmux("capture-pane", "-p", "-J" if not colors else "-e")

    def type(self, *args):
        self.tmux("send-keys", "-l", shlex.join(["pz", *map(str, args)]) + "; " + self.end())
        self.tmux("send-keys", "Enter")

    def end(self):
        """What a command line ends with: the number of the command (an earlier one may still be on the screen) and its exit
        code. The echo of the typed line has a quote in it."""
        self.commands += 1
        return f"echo en''ded {self.commands}:$?"

    def ended(self):
        return int(until("pz ended", lambda: re.search(rf"^ended {self.commands}:(\d+)", self.screen(), re.M)).group(1))

    def generate(self, *more, prompt="a quiet harbour"):
        self.type("generate", QUEUED, "-p", prompt, "-f", "png", "-s", "256x256", *FAST, "-o", "out", *more)

    def test_a_row_with_a_bar_while_it_runs_and_a_line_with_the_file_in_the_end(self):
        with Sandbox(speed=0.02) as sandbox:
            self.open(sandbox.url)
            self.generate()
            row = until("a row with a bar", lambda: re.search(r"^  \S a quiet harbour +(queued|processing) +[━─]{10,} +\d+:\d\d$", self.screen(), re.M))
            self.assertEqual(self.tmux("display-message", "-p", "#{cursor_flag}").strip(), "0", "the cursor rests meanwhile")
            until("it moves", lambda: row.group(0) not in self.screen())
            sandbox.set(speed=500)
            self.assertEqual(self.ended(), 0)
            screen = self.screen()
            self.assertRegex(screen, r"(?m)^  ✓ out/a-quiet-harbour\.png +256×256  png  [\d.]+ [kM]B  [\d.]+ s$")
            self.assertNotIn("━", screen, "the bar is gone")
            self.assertEqual(self.tmux("display-message", "-p", "#{cursor_flag}").strip(), "1", "the cursor is back")
        decode_png((self.out / "a-quiet-harbour.png").read_bytes())

    def test_ctrl_c_leaves_nothing_half_and_wait_goes_on_by_the_id(self):
        with Sandbox(speed=0.01) as sandbox:
            self.open(sandbox.url, columns=120)
            self.generate()
            until("it is on its way", lambda: re.search("queued|processing", self.screen()))
            self.tmux("send-keys", "C-c")
            self.assertEqual(self.ended(), 130)
            screen = self.screen()
            id = sandbox.state()["jobs"][0]["id"]
            self.assertIn("may be charged", screen)
            self.assertIn(f"pz wait --out out {id}", screen)
            self.assertEqual(self.tmux("display-message", "-p", "#{cursor_flag}").strip(), "1")
            self.assertIsNone(self.files())
            sandbox.set(speed=500)
            self.tmux("send-keys", "-l", "clear; ")
            self.type("wait", "--out", "out", id, *FAST)
            self.assertEqual(self.ended(), 0)
            self.assertEqual(len(self.files()), 1)
            self.assertEqual(len(sandbox.posts()), 1, "paid once")

    def test_a_batch_has_a_few_rows_and_one_bar_for_all(self):
        (self.dir / "p.txt").write_text("".join(f"picture {i}\n" for i in range(20)))
        with Sandbox(speed=0.02) as sandbox:
            self.open(sandbox.url)
            self.type("generate", QUEUED, "--batch", "p.txt", "-s", "256x256", *FAST, "-o", "out", "--concurrency", "16")
            until("all are on their way", lambda: "20 on their way" in self.screen())
            screen = self.screen()
            self.assertEqual(len(re.findall(r"^  \S picture \d+ .*[━─]{10}", screen, re.M)), 8)
            self.assertIn("and 12 more", screen)
            self.assertIn("0 of 20", screen)
            sandbox.set(speed=500)
            self.assertEqual(self.ended(), 0)
            self.assertRegex(self.screen(), r"  20 made   [\d.]+ s\n  contact sheet  out/contact-sheet\.png   20 pictures")

    def test_a_row_fits_its_window_when_that_changes_its_width(self):
        # tmux tells of a second change within 250 ms late: a frame drawn meanwhile cannot know. Hence the clock of the row.
        with Sandbox(speed=0.02) as sandbox:
            self.open(sandbox.url, columns=110)
            self.generate(prompt="a quiet harbour at dawn with many small boats")
            until("a row", lambda: "━" in self.screen() or "─" in self.screen())
            for columns in (60, 40, 24, 90, 33, 110):
                self.tmux("resize-window", "-x", str(columns), "-y", "30")
                rows = lambda: [l.rstrip() for l in self.screen().splitlines() if re.match(r"  \S a quiet", l)]
                until(f"one row at {columns} columns", lambda: len(rows()) == 1 and len(rows()[0]) < columns)
                for _ in range(12):  # frames
                    frame = rows()
                    until("the next frame", lambda: rows() != frame)
            sandbox.set(speed=500)
            self.assertEqual(self.ended(), 0)
            self.assertEqual(len(re.findall("✓", self.screen())), 1)

    def test_no_color_and_a_dumb_terminal_are_respected(self):
        with Sandbox(speed=50) as sandbox:
            self.open(sandbox.url, NO_COLOR="1")
            self.generate()
            self.assertEqual(self.ended(), 0)
            self.assertIn("✓", self.screen())
            self.assertFalse(SGR.search(self.screen(colors=True).replace("\x1b[39m", "").replace("\x1b[0m", "")))
            self.tmux("send-keys", "-l", "clear; TERM=dumb ")
            self.generate(prompt="plain")
            self.assertEqual(self.ended(), 0)
            self.assertIn("pz: plain: made", self.screen())

    def test_without_a_utf8_locale_everything_drawn_is_ascii(self):
        with Sandbox(speed=0.02) as sandbox:
            self.open(sandbox.url, LANG="C", LC_ALL="C")
            self.generate()
            until("a row", lambda: re.search(r"^  [|/\\-] a quiet harbour .*[=-]{10}", self.screen(), re.M))
            sandbox.set(speed=500)
            self.assertEqual(self.ended(), 0)
            self.assertTrue(self.screen().isascii(), self.screen())

    def test_names_go_to_a_pipe_while_the_rows_stay_on_the_terminal(self):
        with Sandbox(speed=0.02) as sandbox:
            self.open(sandbox.url)
            self.generate("--name", "x")
            until("a row", lambda: "─" in self.screen())
            self.tmux("send-keys", "C-c")
            self.ended()
            self.tmux("send-keys", "-l", "clear; " + shlex.join(["pz", "generate", QUEUED, "-p", "pipe", "-f", "png", *FAST, "-o", "out"]) +
                      " | tee names; " + self.end())
            self.tmux("send-keys", "Enter")
            until("a row", lambda: re.search("(?m)^  . pipe .*─", self.screen()))
            sandbox.set(speed=500)
            self.ended()
            self.assertEqual((self.dir / "names").read_text(), "out/pipe.png\n")

    def test_show_draws_the_picture_with_half_blocks(self):
        if "libchafa" not in self.pz(None, "--version", key=None).out:
            self.skipTest("SKIPPED: this pz was built without libchafa (apt-get install libchafa-dev)")
        with Sandbox() as sandbox:
            self.open(sandbox.url, rows=50, COLORTERM="truecolor")
            self.generate("--show=half")
            self.assertEqual(self.ended(), 0)
            screen = self.screen(colors=True)
            self.assertGreater(len(re.findall("[▀▄]", screen)), 200)
            self.assertGreater(len(set(re.findall(r"38;2;\d+;\d+;\d+|48;2;\d+;\d+;\d+", screen))), 50)

    def test_show_says_so_when_it_was_not_built_in(self):
        if "libchafa" in self.pz(None, "--version", key=None).out:
            self.skipTest("this pz was built with libchafa")
        done = self.pz("https://gateway.invalid", "generate", "sdxl", "-p", "x", "--show")
        self.exits(2, done)
        self.assertIn("libchafa", done.err)

    def test_kitty_and_sixel_are_written_as_their_protocols_say(self):
        if "libchafa" not in self.pz(None, "--version", key=None).out:
            self.skipTest("SKIPPED: this pz was built without libchafa (apt-get install libchafa-dev)")
        with Sandbox() as sandbox:
            self.open(sandbox.url)
            for how, begin in (("kitty", "\x1b_G"), ("sixel", "\x1bP")):
                command = shlex.join(["pz", "generate", "sdxl", "-p", "x", "-s", "64x64", "-o", "out", f"--show={how}"])
                self.tmux("send-keys", "-l", f"clear; script -qec {shlex.quote(command)} {how}.log; {self.end()}")
                self.tmux("send-keys", "Enter")
                self.assertEqual(self.ended(), 0)
                log = (self.dir / f"{how}.log").read_text(errors="replace")
                self.assertIn(begin, log)
                self.assertIn("\x1b\\", log[log.index(begin):])

    def test_ctrl_z_and_fg(self):
        with Sandbox(speed=0.02) as sandbox:
            self.open(sandbox.url)
            self.type("generate", QUEUED, "-p", "a fox", "-f", "png", *FAST, "-o", "out")
            until("a row", lambda: re.search("(?m)^  . a fox .*─", self.screen()))
            self.tmux("send-keys", "C-z")
            until("it is stopped", lambda: "Stopped" in self.screen())
            self.assertEqual(self.tmux("display-message", "-p", "#{cursor_flag}").strip(), "1")
            self.tmux("send-keys", "-l", "clear; fg; echo back:$?")
            self.tmux("send-keys", "Enter")
            until("a row again", lambda: re.search("(?m)^  . a fox .*[━─]", self.screen()))
            sandbox.set(speed=500)
            until("it ends well", lambda: "back:0" in self.screen())


if __name__ == "__main__":
    main()
