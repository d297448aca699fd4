// Paths between our UTF-8 and Windows' UTF-16: any length, drives and network shares. Knows no files.
// Thread rule: pure functions of their arguments and the current folder.
#pragma once

#include <string>
#include <string_view>

#include "native/core/status.h"

namespace terahex::windows {

// What is no UTF-16 pair (a lone surrogate in a file's name) becomes U+FFFD.
std::string Narrow(std::wstring_view text);

// The path as CreateFileW and its kin take it at any length: absolute, with the prefix \\?\ that lifts the
// limit of 260 characters. Names that end in dots or blanks are taken as they are, as Node takes them, and
// with that prefix so are those of devices ("aux.c"). `action` for the message. Errors: kInvalidArgument
// (zero byte, not UTF-8, empty), kNotAFile (devices, and without the prefix names such as NUL, which are
// never opened: a pipe's other end may keep us waiting).
Result<std::wstring> WidePath(std::string_view action, std::string_view path);

// Takes the prefix away again where the rest is a drive's or a share's path: what people read and type.
std::string PlainPath(std::wstring_view wide);

}  // namespace terahex::windows
