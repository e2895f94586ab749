#include "grader/exercise.hpp"

const std::vector<cnn::grader::Replacement>& cnn::grader::mistakes() {
    static const std::vector<Replacement> list;
    return list;
}
