"""Who may command the daemon, and that the kernel says who it is."""

import os
import socket

from lsync.daemon.serving.peers import Peer, may_command, read_peer


def test_own_user_root_and_group_members_may_command() -> None:
    member = Peer(pid=1, uid=1001, groups=frozenset({50}))
    assert may_command(Peer(pid=1, uid=7), own_uid=7, group=None)
    assert may_command(Peer(pid=1, uid=0), own_uid=7, group=None)
    assert may_command(member, own_uid=7, group=50)


def test_strangers_may_not() -> None:
    stranger = Peer(pid=1, uid=1001, groups=frozenset({50}))
    assert not may_command(stranger, own_uid=7, group=None)
    assert not may_command(stranger, own_uid=7, group=51)


def test_the_kernel_names_the_process_on_the_other_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        peer = read_peer(ours)
    assert (peer.pid, peer.uid) == (os.getpid(), os.getuid())
    assert os.getgid() in peer.groups


def test_a_user_without_a_name_is_its_number() -> None:
    assert Peer(pid=1, uid=4_000_123).name == "4000123"
