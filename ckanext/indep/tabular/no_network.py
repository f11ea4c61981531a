"""Taking the network away from this process, for good (Linux).

A filter of the kernel (seccomp) refuses every new socket, and io_uring, which could open one
past it. It needs no privileges and works in containers that may not make namespaces. Threads
and processes begun later are under it too, and nothing can lift it.
"""

from __future__ import annotations

import ctypes
import os
import platform

__all__ = ["forbid_network"]

# machine -> (the kernel's name of its architecture, number of the system call `socket`)
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_IO_URING_SETUP = 425
_FIRST_X32_CALL = 0x40000000

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # _REFUSE: the error EPERM
_NUMBER_OF_CALL, _ARCHITECTURE = 0, 4  # places in the kernel's struct seccomp_data

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _MODE_FILTER = 38, 22, 2


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("operand", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def forbid_network() -> None:
    """Make each later attempt to open a socket fail.

    :raises OSError: where the system cannot do that; nothing has changed then.
    """
    if platform.system() != "Linux" or platform.machine() not in _MACHINES:
        raise OSError("The network cannot be taken away on this system.")
    architecture, socket = _MACHINES[platform.machine()]
    steps = (_Step * 9)(
        _Step(_LOAD, 0, 0, _ARCHITECTURE),
        _Step(_IF_EQUAL, 0, 6, architecture),
        _Step(_LOAD, 0, 0, _NUMBER_OF_CALL),
        _Step(_IF_AT_LEAST, 3, 0, _FIRST_X32_CALL),
        _Step(_IF_EQUAL, 2, 0, socket),
        _Step(_IF_EQUAL, 1, 0, _IO_URING_SETUP),
        _Step(_RETURN, 0, 0, _ALLOW),
        _Step(_RETURN, 0, 0, _REFUSE),
        _Step(_RETURN, 0, 0, _KILL),
    )
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(steps), steps)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(
        _SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
