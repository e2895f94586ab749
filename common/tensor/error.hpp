// Errors that name the operator, what it got and what it expected.
#pragma once
#include <fmt/core.h>

#include <stdexcept>
#include <string>

namespace cnn {

// Everything this library throws is an Error; its text is one line meant for the person at the terminal.
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// Shapes, ranks or parameters that do not fit together.
struct ShapeError : Error {
    using Error::Error;
};
// An index outside its tensor (only in builds that check bounds).
struct IndexError : Error {
    using Error::Error;
};
// A file that is missing, cut short, or not what its name promises. The text names file, place and remedy.
struct DataError : Error {
    using Error::Error;
};

namespace detail {
[[noreturn]] void throw_shape_error(fmt::string_view format, fmt::format_args args);
[[noreturn]] void throw_data_error(fmt::string_view format, fmt::format_args args);
}  // namespace detail

// require(x.size(1) == w.size(1), "conv2d: x {} has {} channels, w {} expects {}", x.shape(), …);  throws ShapeError
template <class... Args>
void require(bool condition, fmt::format_string<Args...> format, Args&&... args) {
    if (!condition) detail::throw_shape_error(format, fmt::make_format_args(args...));
}

// fail_data("{}: not an IDX file", path);  throws DataError
template <class... Args>
[[noreturn]] void fail_data(fmt::format_string<Args...> format, Args&&... args) {
    detail::throw_data_error(format, fmt::make_format_args(args...));
}

}  // namespace cnn
