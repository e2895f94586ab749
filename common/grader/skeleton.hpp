// A lab's skeleton, made from its solution.
#pragma once
#include <string>

namespace cnn::grader {

// The solution is a sequence of blocks separated by blank lines. A block that begins with a comment "// Task 4.3: …"
// is an exercise: it keeps this comment, its signature, and the TODO comments at the top of its body; the body becomes
// todo("4.3");. Blocks before the first exercise and braces of the namespace stay; every other block is a helper and
// disappears, and so do lines that end in "// solution only". Throws Error when no exercise is found.
std::string make_skeleton(const std::string& solution);

}  // namespace cnn::grader
