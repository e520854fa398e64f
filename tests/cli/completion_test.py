"""Shell completion: the scripts load, and Tab offers commands, options, endpoints, parameters and their choices."""
import os
import shutil
import subprocess
import unittest

from harness import PZ, PATIENCE, PzTest, main


def needs(shell):
    return unittest.skipUnless(shutil.which(shell), f"SKIPPED: {shell} is not installed (apt-get install {shell})")


class Completion(PzTest):
    def shell(self, *words, **more):
        env = self.env(None, key=None, PATH=os.path.dirname(PZ) + ":" + os.environ["PATH"])
        done = subprocess.run(words, capture_output=True, text=True, env=env, cwd=self.dir, timeout=PATIENCE, **more)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def bash(self, line):
        script = ('source <(pz completion bash); COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$\' \\t\\n"\\\'><=;|&(:\';'
                  'compopt() { :; }; _pz; printf "%s\\n" "${COMPREPLY[@]}"')
        return self.shell("bash", "-c", script, "bash", line).split()

    def fish(self, line):
        script = self.shell(PZ, "completion", "fish")
        (self.dir / "pz.fish").write_text(script)
        out = self.shell("fish", "--no-config", "-c", "source pz.fish; complete -C $argv[1]", line)
        return [l.split("\t")[0] for l in out.splitlines()]

    def zsh(self, line):
        """Presses Tab in a zsh on a terminal of its own and reads what it offers."""
        driver = r"""
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1="ready> "; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -d $PWD/dump; zstyle ":completion:*" list-prompt ""; LISTMAX=10000; setopt no_beep; stty columns 200 rows 200; echo lo""aded'
zpty -r z out '*loaded*ready>*'
zpty -w -n z "$1"$'\t\t'
zpty -w -n z $'\C-u'"echo fin''ished"$'\n'
zpty -r z out '*finished*'
print -r -- $out
zpty -d z
"""
        (self.dir / "_pz").write_text(self.shell(PZ, "completion", "zsh"))
        return self.shell("zsh", "-f", "-c", driver, "zsh", line)

    def test_bash(self):
        self.assertIn("generate", self.bash("pz gen"))
        self.assertEqual(self.bash("pz comp"), ["completion"])
        self.assertEqual(self.bash("pz generate sdxl-lightning-s"), ["sdxl-lightning-stream"])
        self.assertIn("gpt-image-2-edit", self.bash("pz models "))
        self.assertEqual(self.bash("pz generate sdxl --neg"), ["--negative-prompt"])
        self.assertIn("steps=", self.bash("pz generate sdxl -p 'a fox' st"))
        self.assertIn("16:9", self.bash("pz generate studio-ghibli aspect_ratio="))
        self.assertEqual(self.bash("pz generate studio-ghibli format=w"), ["webp"])
        self.assertEqual(self.bash("pz generate sdxl --color n"), ["never"])
        (self.dir / "mask.png").touch()
        self.assertEqual(self.bash("pz generate sdxl --mask m"), ["mask.png"])
        self.assertEqual(self.bash("pz completion f"), ["fish"])

    @needs("fish")
    def test_fish(self):
        self.assertIn("generate", self.fish("pz gen"))
        self.assertIn("sdxl-lightning", self.fish("pz generate sdxl"))
        self.assertIn("--negative-prompt", self.fish("pz generate sdxl --neg"))
        self.assertIn("steps=", self.fish("pz generate sdxl st"))
        self.assertIn("format=webp", self.fish("pz generate studio-ghibli format="))
        (self.dir / "mask.png").touch()
        self.assertIn("mask.png", self.fish("pz generate sdxl --mask m"))

    @needs("zsh")
    def test_zsh(self):
        self.assertIn("estimate", self.zsh("pz "))
        self.assertIn("gpt-image-2-edit", self.zsh("pz models g"))
        self.assertIn("negative_prompt", self.zsh("pz generate sdxl "))
        self.assertIn("16:9", self.zsh("pz generate studio-ghibli aspect_ratio="))
        self.assertIn("--no-contact-sheet", self.zsh("pz generate sdxl --no-"))

    def test_every_option_is_in_every_script(self):
        commands = [l.split()[0] for l in self.shell(PZ, "--help").split("Commands\n")[1].split("\n\n")[0].splitlines()]
        scripts = {shell: self.shell(PZ, "completion", shell) for shell in ("bash", "zsh", "fish")}
        self.assertGreaterEqual(len(commands), 8)
        for command in commands:
            if command == "sandbox":
                continue
            for word in self.shell(PZ, command, "--help").split():
                name = word.rstrip(",").split("[")[0]
                if not name.startswith("--") or len(name) < 4 or not name[2:].replace("-", "").isalpha():
                    continue
                for shell, script in scripts.items():
                    self.assertIn(name if shell != "fish" else f"-l {name[2:]}", script, (shell, command))


if __name__ == "__main__":
    main()
