// What can be said of wrong answers whatever the function is: the kinds of mistakes that are made everywhere. A
// sentence is said only where it holds for every question that was asked; it says what is so, and does not guess.
#pragma once
#include <string>
#include <vector>

#include "grader/exercise.hpp"

namespace cnn::grader {

// A question with the learner's answer. `allowed` has the structure of `expected`: see compare.hpp.
struct Asked {
    const List* arguments;
    const Value* answer;
    Value expected, allowed;
    bool right;
};

// Empty where nothing can be said. All the questions are the same function's, at least one answer is wrong.
std::string family_of(const Function& function, const std::vector<Asked>& questions);

}  // namespace cnn::grader
