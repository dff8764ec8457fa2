#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""browser.py: opens HTML reports in a headless Chromium and looks at what comes of them.

usage: browser.py [--pictures FOLDER] CHROMIUM FILE...

Each page, light and dark, wide and narrow, and on paper: nothing is fetched, nothing is said on the
console, nothing sticks out to the side, every text has enough contrast (WCAG 2.2, 1.4.3: 4.5 to 1),
and it looks the same without JavaScript. The browser is spoken to through two pipes, so that no port
is opened. Ends with 0 when all is well, 1 when not.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

WIDTHS = (1280, 700, 400)
THEMES = ("light", "dark")
CONTRAST = 4.5

# Colours are those the browser came to; what a text stands on is the nearest background, or for the
# diagram the shape drawn last before it at that place.
LOOK = """(() => {
  const luminance = ([r, g, b]) => {
    const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const colour = s => { const m = s.match(/[\\d.]+/g); return m ? m.map(Number) : null; };
  const solid = c => c && (c.length < 4 || c[3] > 0.99);
  const behind = e => {
    if (e.closest('svg')) {
      const shapes = e.parentNode.querySelectorAll(':scope > rect, :scope > circle');
      let found = null;
      for (const s of shapes)
        if (s.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING) found = s;
      const c = found && colour(getComputedStyle(found).fill);
      if (solid(c) && e.matches('.state, .count, .mark')) return c;
      e = e.closest('svg');
    }
    for (; e; e = e.parentElement) {
      const c = colour(getComputedStyle(e).backgroundColor);
      if (solid(c)) return c;
    }
    return [255, 255, 255];
  };
  const faults = [];
  document.querySelectorAll('details').forEach(d => { d.open = true; });
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) {
    const wide = [...document.querySelectorAll('body *')].find(
      e => e.getBoundingClientRect().right > innerWidth + 1);
    faults.push(`sticks out: ${width} of ${innerWidth} px, ${wide && wide.outerHTML.slice(0, 90)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let n; n = walker.nextNode();) {
    const e = n.parentElement, style = getComputedStyle(e);
    if (!n.nodeValue.trim() || style.visibility === 'hidden' || !e.getClientRects().length ||
        e.closest('title, style')) continue;
    const c = colour(e.closest('svg') ? style.fill : style.color), b = behind(e);
    const [hi, lo] = [luminance(c), luminance(b)].sort((x, y) => y - x);
    const ratio = (hi + 0.05) / (lo + 0.05), key = c + '/' + b;
    if (ratio < LEAST && !seen.has(key)) {
      seen.add(key);
      faults.push(`contrast ${ratio.toFixed(2)} of '${n.nodeValue.trim().slice(0, 40)}'`);
    }
  }
  document.querySelectorAll('a[href]').forEach(a => {
    const to = a.getAttribute('href');
    if (!to.startsWith('#')) faults.push('links to ' + to);
    else if (!document.getElementById(to.slice(1))) faults.push('links to nothing: ' + to);
  });
  if (document.scripts.length) faults.push('has a script');
  if (window.hostile) faults.push('a text of the report ran as a script');
  document.querySelectorAll('details').forEach(d => { d.open = false; });
  return faults;
})()"""


class Browser:
    def __init__(self, program):
        self.profile = tempfile.mkdtemp()
        to_read, self.write = os.pipe()
        self.read, to_write = os.pipe()
        command = [program, "--headless=new", "--remote-debugging-pipe", "--no-first-run",
                   "--disable-gpu", "--hide-scrollbars", "--disable-background-networking",
                   "--disable-component-update", "--user-data-dir=" + self.profile]
        if os.geteuid() == 0:
            command.append("--no-sandbox")  # which root may not have

        def pipes():  # Chromium reads from 3 and writes to 4
            high = [os.dup(fd) for fd in (to_read, to_write)]
            while min(high) < 5:
                high = [os.dup(fd) for fd in high]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        with open(os.path.join(self.profile, "stderr"), "wb") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors,
                                            stderr=errors, close_fds=False, preexec_fn=pipes)
        os.close(to_read)
        os.close(to_write)
        self.number = 0
        self.pending = b""
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(domain + ".enable", self.session)

    def message(self):
        while b"\0" not in self.pending:
            data = os.read(self.read, 1 << 16)
            if not data:
                raise RuntimeError("the browser ended")
            self.pending += data
        text, self.pending = self.pending.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, session=None, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self.write, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def page(self, method, **parameters):
        return self.call(method, self.session, **parameters)

    def open(self, url):
        self.events = []
        self.page("Page.navigate", url=url)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self.message())

    def close(self):
        try:
            self.call("Browser.close")
        except (RuntimeError, OSError):
            pass
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def show(browser, width, theme, media):
    browser.page("Emulation.setDeviceMetricsOverride", width=width, height=900,
                 deviceScaleFactor=1, mobile=False)
    browser.page("Emulation.setEmulatedMedia", media=media,
                 features=[{"name": "prefers-color-scheme", "value": theme}])


def picture(browser):
    size = browser.page("Page.getLayoutMetrics")["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 8000), "scale": 1}
    return base64.b64decode(browser.page("Page.captureScreenshot", format="png", clip=clip,
                                         captureBeyondViewport=True)["data"])


def look(browser):
    result = browser.page("Runtime.evaluate", returnByValue=True,
                          expression=LOOK.replace("LEAST", str(CONTRAST)))
    if "exceptionDetails" in result:
        raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
    return result["result"]["value"]


def heard(browser, url):
    """What was asked of the network, and said on the console, since the page was opened."""
    for event in browser.events:
        parameters = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            asked = parameters["request"]["url"]
            if asked != url and not asked.startswith("data:"):
                yield "fetches " + asked
        elif event.get("method") == "Log.entryAdded":
            yield "console: " + parameters["entry"]["text"]
        elif event.get("method") in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            yield "console: " + json.dumps(parameters)[:200]


def faults(browser, path, pictures):
    url = path.resolve().as_uri()
    for media, widths, themes in (("screen", WIDTHS, THEMES), ("print", (700,), ("dark",))):
        for width in widths:
            for theme in themes:
                where = f"{media} {width} {theme}"
                show(browser, width, theme, media)
                browser.open(url)
                with_script = picture(browser)
                for fault in look(browser):
                    yield f"{where}: {fault}"
                for fault in heard(browser, url):
                    yield f"{where}: {fault}"
                browser.page("Emulation.setScriptExecutionDisabled", value=True)
                browser.open(url)
                if picture(browser) != with_script:
                    yield f"{where}: looks different without JavaScript"
                browser.page("Emulation.setScriptExecutionDisabled", value=False)
                if pictures and media == "screen":
                    name = f"{path.stem}-{width}-{theme}.png"
                    (pictures / name).write_bytes(with_script)
    paper = base64.b64decode(browser.page("Page.printToPDF", printBackground=False,
                                          preferCSSPageSize=True)["data"])
    if not paper.startswith(b"%PDF"):
        yield "cannot be printed"
    if pictures:
        (pictures / f"{path.stem}.pdf").write_bytes(paper)


def main(words):
    pictures = None
    if words[:1] == ["--pictures"]:
        pictures = pathlib.Path(words[1])
        pictures.mkdir(parents=True, exist_ok=True)
        words = words[2:]
    if len(words) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    browser = Browser(words[0])
    bad = 0
    try:
        for path in map(pathlib.Path, words[1:]):
            found = list(faults(browser, path, pictures))
            for fault in found:
                print(f"FAIL: {path.name}: {fault}")
            bad += bool(found)
    finally:
        browser.close()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
