"""Broken YAML: the file, the line, and what is wrong there."""

import pytest

from bot.yaml_check import BrokenYaml, top_level_keys


def test_good_files_give_their_outermost_keys(tmp_path):
    (tmp_path / "a.yml").write_text("version: '3.1'\nnlu: [x]\n")
    (tmp_path / "empty.yml").write_text("# nothing\n")
    found = top_level_keys([tmp_path / "a.yml", tmp_path / "empty.yml"])
    assert list(found.values()) == [{"version", "nlu"}, set()]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"a: 1\nb: c: d\n", 2, "a second ':'"),
        (b"a:\n\tb: 1\n", 2, "a tab"),
        (b"a: |\n  - x\n\ty: 1\n", 3, "a tab"),
        (b"a: 1\nb: 'open\nc: 2\n", 4, "quoted scalar"),
        (b"a: [1, 2\nb: 3\n", 2, "flow sequence"),
        (b"a: 1\n- b\n", 2, "block mapping"),
        (b"a: 1\nb: \xff\xfe\n", 2, "not UTF-8"),
        (b"a: 1\nb: \x07\n", 2, "control character"),
        (b"a: &x 1\nb: *y\n", 2, "undefined alias"),
        (b"- a\n- b\n", 1, "name: value"),
    ],
)
def test_broken_files_name_the_line(tmp_path, content, line, says):
    path = tmp_path / "x.yml"
    path.write_bytes(content)
    with pytest.raises(BrokenYaml) as broken:
        top_level_keys([path])
    assert str(broken.value).startswith(f"{path}, line {line}: ") and says in str(broken.value)
    assert "\n" not in str(broken.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BrokenYaml, match=r"gone\.yml is missing"):
        top_level_keys([tmp_path / "gone.yml"])
