// Another question of the same shapes.
#pragma once
#include <optional>
#include <string>

#include "grader/value.hpp"

namespace cnn::grader {

// What a function that remembers its answers by the shapes alone could tell questions apart by: "[2, 3]; 3; size 3".
std::string shapes_of(const List& arguments);

// The same arguments with the numbers of every tensor, picture and list in the opposite order: pictures and filters are
// rotated by 180°, labels go from the last to the first. The shapes, the set of numbers and single numbers stay, so
// that what a function may be asked it may mostly still be asked. Nothing where that is the same question.
std::optional<List> reversed(const List& arguments);

// The same arguments with the numbers of every tensor, picture and list moved on by so many places, the last ones to
// the front.
List moved_on(const List& arguments, std::size_t places);

}  // namespace cnn::grader
