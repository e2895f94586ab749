// A value of any type that travels between judge and worker, so that everything but the conversion to C++ types can be
// written once: the wire, comparison, JSON, and what a report shows.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "image/image.hpp"
#include "tensor/tensor.hpp"

namespace cnn::grader {

struct Value;
struct Field;
using List = std::vector<Value>;
using Record = std::vector<Field>;  // an aggregate: its fields in order
struct Nothing {
    bool operator==(const Nothing&) const = default;
};

struct Value : std::variant<Nothing, bool, std::int64_t, double, std::string, List, Record, Tensor, Image> {
    using variant::variant;
};
struct Field {
    std::string name;
    Value value;
};

// "[2, 3, 7, 5]" for a tensor, the number itself for a number, "size 3   stride 1" for an aggregate. `name` goes before
// what has no names of its own: describe("x", …) is "x [2, 3, 7, 5]".
std::string describe(const std::string& name, const Value& value);
// Arguments in a line, each behind three spaces. An aggregate's fields bear its name where another argument has one of
// theirs: "running.mean [1] = 0   running.variance [1] = 1   mean [1] = 4".
std::string describe_all(const std::vector<std::string>& names, const List& values);

// Bit for bit, except that a NaN equals a NaN: the same value, not an equal number.
bool identical(const Value& a, const Value& b);

// Bytes and back. decode throws DataError for anything encode did not write.
std::string encode(const Value& value);
Value decode(std::string_view bytes);

}  // namespace cnn::grader
