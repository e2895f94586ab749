// Ctrl-C as a question that can be asked.
#pragma once
#include <csignal>

namespace cnn::nn {

// While one of these lives, the first Ctrl-C (SIGINT) only sets requested(); the second ends the program as usual.
// Where SIGINT is ignored (nohup, a background job of a script) it stays ignored. Not for use in two threads at once.
class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

    bool requested() const;

private:
    struct sigaction before_ {};
};

}  // namespace cnn::nn
