// What a skeleton's functions do until somebody writes them.
#pragma once
#include <string>

#include "tensor/error.hpp"

namespace cnn {

// A task nobody has begun. The grader reports it as "not started", a lab executable as a loan.
struct NotStarted : Error {
    explicit NotStarted(const std::string& number) : Error("task " + number + " is not started"), task(number) {}
    std::string task;
};

[[noreturn]] inline void todo(const std::string& task) { throw NotStarted(task); }

}  // namespace cnn
