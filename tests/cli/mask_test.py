"""A mask, to the bit, the whole way: the bytes of a file, their data-URI or URL, the sandbox, its PNG, the file that pz leaves.

Every PNG is written and read here, by zlib and nothing else of ours.
"""
import base64
import http.server
import json
import random
import struct
import threading
import zlib

import harness
from harness import FAST, Sandbox, decode_png

W, H = 83, 59  # no multiples of anything that codecs like


def png(pixels, channels, width=W, height=H):
    """A PNG of rows of bytes; channels: 1 grey, 3 RGB, 4 RGBA. Its filters change from row to row, as in real files."""
    stride, raw, before = width * channels, b"", bytes(width * channels)
    for y in range(height):
        row = pixels[y * stride:(y + 1) * stride]
        if y % 3 == 1:  # Sub
            raw += b"\1" + bytes((row[i] - (row[i - channels] if i >= channels else 0)) & 255 for i in range(stride))
        elif y % 3 == 2:  # Up
            raw += b"\2" + bytes((a - b) & 255 for a, b in zip(row, before))
        else:
            raw += b"\0" + row
        before = row
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    color = {1: 0, 3: 2, 4: 6}[channels]
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def noise(channels, seed):
    return random.Random(seed).randbytes(W * H * channels)


def ragged(seed):
    """Which pixels may change: an oval, a frame's corner, single pixels, one row and one column."""
    chance = random.Random(seed)
    return [((x - 30) / 17) ** 2 + ((y - 25) / 14) ** 2 < 1 or (x > 70 and y > 50) or y == 3 or x == 64 or chance.random() < 0.01
            for y in range(H) for x in range(W)]


def grey_mask(free):
    return png(bytes(255 if f else 0 for f in free), 1)


def color_mask(free):
    return png(b"".join(b"\xff\xff\xff" if f else b"\0\0\0" for f in free), 3)


def clear_mask(free):
    """Transparent where the picture may change; its colours say nothing."""
    return png(b"".join(bytes((90, 120, 30, 0 if f else 255)) for f in free), 4)


class MaskTest(harness.PzTest):
    def generate(self, box, endpoint, *words):
        self.exits(0, self.pz(box.url, "generate", endpoint, "-p", "a lion", "--out", self.out, *FAST, *words))
        name, = self.files()
        data = (self.out / name).read_bytes()
        (self.out / name).unlink()
        return data

    def check(self, result, source, channels, free):
        """Protected: equal to the bit. Free: painted over."""
        width, height, rows, got_channels = decode_png(result)
        self.assertEqual((width, height), (W, H))
        got, painted = b"".join(rows), 0
        for i in range(W * H):
            pixel, was = got[i * got_channels:(i + 1) * got_channels], source[i * channels:(i + 1) * channels]
            pixel = pixel + b"\xff" if got_channels == 3 else pixel
            was = was + b"\xff" if channels == 3 else was
            if not free[i]:
                self.assertEqual(pixel, was, f"pixel {i % W},{i // W} is protected")
            painted += free[i] and pixel != was
        self.assertGreater(painted, sum(free) * 9 // 10)

    def test_from_files_through_data_uris_to_a_file(self):
        with Sandbox() as box:
            for channels in (3, 4):
                for seed, make in enumerate((grey_mask, color_mask, clear_mask)):
                    with self.subTest(channels=channels, mask=make.__name__):
                        source, free = noise(channels, seed), ragged(seed)
                        files = {"image": png(source, channels), "mask": make(free)}
                        for name, data in files.items():
                            (self.dir / f"{name}.png").write_bytes(data)
                        result = self.generate(box, "gpt-image-2-edit", "-i", "image.png", "--mask", "mask.png", "format=png")
                        self.check(result, source, channels, free)
                        body = json.loads(box.posts()[-1]["body"])
                        for name, data in files.items():
                            kind, encoded = body[name].split(",")
                            self.assertEqual((kind, base64.b64decode(encoded, validate=True)), ("data:image/png;base64", data))

    def test_from_urls_to_a_file(self):
        # Raw: by their names, the library would refuse addresses that the real gateway cannot reach.
        files = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                data = files[self.path]
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        base = f"http://127.0.0.1:{server.server_port}"
        with Sandbox() as box:
            for seed, (endpoint, (image, mask, words)) in enumerate((("studio-ghibli", ("image", "mask", ["format=png"])), ("sd1.5-inpainting", ("imageUrl", "maskUrl", [])),
                                                  ("sd1.5-inpainting-stream", ("imageUrl", "maskUrl", [])))):
                with self.subTest(endpoint=endpoint):
                    source, free = noise(3, seed), ragged(seed)
                    files["/image.png"], files["/mask.png"] = png(source, 3), grey_mask(free)
                    result = self.generate(box, endpoint, "--raw", f'{image}="{base}/image.png"', "--raw", f'{mask}="{base}/mask.png"', *words)
                    self.check(result, source, 3, free)


if __name__ == "__main__":
    harness.main()
