// Runs the tests of a lab under Boost.Test and tells the session what happens.
#pragma once
#include <string>

#include "grader/session.hpp"

namespace cnn::grader {

// Runs every test, or those of one task ("4.4"). Throws Error when there are none.
void run_tests(Session& session, const std::string& task);

}  // namespace cnn::grader
