"""The page on Python shows what Python prints."""

import doctest
import os
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class Page(unittest.TestCase):
    def test_what_it_shows(self):
        page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
        session = "\n\n".join(re.findall(r"^```pycon\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
        test = doctest.DocTestParser().get_doctest(session, {}, "docs/python.md", None, 0)
        self.assertGreater(len(test.examples), 8)
        os.chdir(ROOT)
        said = []
        doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL).run(test, out=said.append)
        self.assertEqual("".join(said), "")


if __name__ == "__main__":
    unittest.main()
