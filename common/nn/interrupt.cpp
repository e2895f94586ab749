#include "nn/interrupt.hpp"

#include <atomic>

namespace cnn::nn {
namespace {

std::atomic<bool> asked = false;
static_assert(std::atomic<bool>::is_always_lock_free);  // what a signal handler may touch

extern "C" void on_interrupt(int) { asked = true; }

}  // namespace

InterruptGuard::InterruptGuard() {
    asked = false;
    ::sigaction(SIGINT, nullptr, &before_);
    if (before_.sa_handler == SIG_IGN) return;
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    // The second one does what it always did; a write that is under way is not cut off.
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    ::sigaction(SIGINT, &action, nullptr);
}

InterruptGuard::~InterruptGuard() { ::sigaction(SIGINT, &before_, nullptr); }

bool InterruptGuard::requested() const { return asked; }

}  // namespace cnn::nn
