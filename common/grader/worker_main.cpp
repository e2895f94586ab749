#include "grader/worker.hpp"

int main() { return cnn::grader::serve(); }
