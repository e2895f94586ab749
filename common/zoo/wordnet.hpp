// A class in the company of its kind: Siberian husky ← sled dog ← working dog ← dog (WordNet 3.0, from which ImageNet's
// classes were taken).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "zoo/classes.hpp"

namespace cnn::zoo {

// What is above this class in WordNet, the nearest first, at most `steps` of them: asks `wn NAME -hypen` of Debian's
// package wordnet. Empty where that is not installed, or does not know the class. A class without a synset is taken
// in the first sense of its name.
std::vector<std::string> hypernyms(const ClassName& of, std::size_t steps = 5);

// The same from what `wn NAME -hypen -o` printed.
std::vector<std::string> hypernyms_in(std::string_view printed, const std::string& synset, std::size_t steps);

}  // namespace cnn::zoo
