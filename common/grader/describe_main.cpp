// A lab's table of tasks as JSON: what the map is made of.
#include <iostream>
#include <nlohmann/json.hpp>

#include "grader/exercise.hpp"
#include "grader/report.hpp"

int main() {
    std::cout << cnn::grader::description(cnn::grader::lab()).dump(2) << '\n';
    return std::cout ? 0 : 1;
}
