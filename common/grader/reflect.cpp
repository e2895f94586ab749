#include "grader/reflect.hpp"

#include <fmt/format.h>

namespace cnn::grader::detail {

void wrong_type(const std::string& path, std::string_view expected, const Value& got) {
    throw Error(fmt::format("{}: expected {}, got {}", path, expected, describe("", got)));
}

}  // namespace cnn::grader::detail
