"""The manual page: well-formed, and complete against what pz itself says."""
import re
import shutil
import subprocess
import unittest

from harness import SOURCE, PzTest, main

PAGE = SOURCE / "src/cli/pz.1"


class Manual(PzTest):
    def rendered(self):
        done = subprocess.run(["man", "-E", "ascii", "-P", "cat", "-l", str(PAGE)], capture_output=True, text=True, env=self.env(None, MANWIDTH="100"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)

    @unittest.skipUnless(shutil.which("mandoc"), "SKIPPED: mandoc is not installed (apt-get install mandoc)")
    def test_mandoc_finds_nothing_to_complain_of(self):
        done = subprocess.run(["mandoc", "-Tlint", "-W", "style", str(PAGE)], capture_output=True, text=True)
        self.assertEqual((done.stdout + done.stderr).replace("mandoc: outdated mandoc.db", "").strip(), "")

    @unittest.skipUnless(shutil.which("man") and shutil.which("groff"), "SKIPPED: man and groff are not installed (apt-get install man-db groff)")
    def test_man_renders_it_without_a_warning(self):
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", str(PAGE)], capture_output=True, text=True, env=self.env(None))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_every_command_and_option_is_in_it(self):
        page = PAGE.read_text()
        help_text = self.exits(0, self.pz(None, "--help", key=None)).out
        commands = [l.split()[0] for l in help_text.split("Commands\n")[1].split("\n\n")[0].splitlines()]
        for command in commands:
            self.assertRegex(page, rf"(?m)^\.It Cm {command}|^\.Cm .*\b{command}\b")
            if command == "sandbox":
                continue
            for name in re.findall(r"(?m)^  (?:-\w, |    )--([a-z-]+)", self.exits(0, self.pz(None, command, "--help", key=None)).out):
                self.assertRegex(page, rf"Fl -{name}\b", (command, name))

    def test_the_exit_codes_are_those_of_help(self):
        help_text = self.exits(0, self.pz(None, "--help", key=None)).out
        told = dict(re.findall(r"(?m)^ +(\d+)  (.+)$", help_text.split("Exit codes\n")[1]))
        status = PAGE.read_text().split(".Sh EXIT STATUS")[1].split(".El")[0]
        written = {}
        for item in status.split(".It ")[1:]:
            code, text = item.split("\n", 1)
            text = re.sub(r"(?m)^\.(Fl -|Nm|Cm |Ar |Pp)", lambda m: {"Fl -": "--", "Nm": "pz", "Cm ": "", "Ar ": "", "Pp": ""}[m.group(1)], text)
            written[code.strip()] = " ".join(text.replace(" Ar id", " ID").replace("\n", " ").split())
        self.assertEqual(written, told)


if __name__ == "__main__":
    main()
