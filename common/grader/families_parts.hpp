// Of families.cpp: what shows in the numbers of the answers alone.
#pragma once
#include "grader/families.hpp"

namespace cnn::grader {

// The answer is the expected one with another sign, factor or offset, turned, shifted, or cut off.
std::string pattern_of(const Function& function, const std::vector<Asked>& questions);

// All the wrong values lie in one place: the last row, the border, the images behind the first.
std::string place_of_wrong_values(const Function& function, const std::vector<Asked>& questions);

}  // namespace cnn::grader
