#include "tensor/error.hpp"

#include <fmt/format.h>

namespace cnn::detail {

void throw_shape_error(fmt::string_view format, fmt::format_args args) { throw ShapeError(fmt::vformat(format, args)); }
void throw_data_error(fmt::string_view format, fmt::format_args args) { throw DataError(fmt::vformat(format, args)); }

}  // namespace cnn::detail
