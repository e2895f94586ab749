// How a worker is started.
#pragma once
#include <string>
#include <vector>

namespace cnn::grader {

// The launcher's command for a worker: it may read, of everything that is built here, its own program and the libraries
// it is linked with.
std::vector<std::string> launch_command(const std::vector<std::string>& worker);

}  // namespace cnn::grader
