"""What a node's files take of the disk."""

from node.observe.disk import Files, measure


def files_in(data) -> Files:
    return Files(data=data, database=data / "store", wal=data / "wal", journal=data / "journal")


def test_the_database_is_the_sum_of_its_files_in_all_folders(tmp_path):
    deep = tmp_path / "store" / "lost"
    deep.mkdir(parents=True)
    (tmp_path / "store" / "000001.ldb").write_bytes(bytes(300))
    (deep / "000002.ldb").write_bytes(bytes(40))
    (tmp_path / "wal").write_bytes(bytes(5))

    use = measure(files_in(tmp_path))

    assert (use.database, use.wal, use.journal) == (340, 5, 0)
    assert 0 < use.free <= use.total


def test_a_data_folder_that_is_gone_has_no_room_left(tmp_path):
    use = measure(files_in(tmp_path / "gone"))

    assert (use.database, use.free, use.total) == (0, 0, 0)


def test_a_link_in_the_database_counts_as_itself_not_as_what_it_leads_to(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "large").write_bytes(bytes(10_000))
    (tmp_path / "store" / "link").symlink_to(tmp_path / "large")

    use = measure(files_in(tmp_path))

    assert use.database < 10_000
