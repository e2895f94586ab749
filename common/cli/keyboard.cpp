#include "cli/keyboard.hpp"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>

namespace cnn::cli {
namespace {

// Signal handlers reach nothing but these.
volatile sig_atomic_t stop_asked = 0;
bool terminal_taken = false;
termios found{}, taken{};
std::array<struct sigaction, 3> previous{};
constexpr std::array<int, 3> ending{SIGINT, SIGTERM, SIGHUP};

void on_end(int) { stop_asked = 1; }

void on_suspend(int) {
    if (terminal_taken) tcsetattr(STDIN_FILENO, TCSANOW, &found);
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    sigset_t suspend;
    sigemptyset(&suspend);
    sigaddset(&suspend, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &suspend, nullptr);  // stops here
    signal(SIGTSTP, on_suspend);
    if (terminal_taken) tcsetattr(STDIN_FILENO, TCSANOW, &taken);
}

}  // namespace

Keyboard::Keyboard() : present_(isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &found) == 0) {
    stop_asked = 0;
    for (std::size_t i = 0; i < ending.size(); ++i) {
        struct sigaction action {};
        action.sa_handler = on_end;  // without SA_RESTART: waiting for keys and files ends
        sigaction(ending[i], &action, &previous[i]);
    }
    if (!present_) return;
    taken = found;
    taken.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // signals by keys stay
    taken.c_cc[VMIN] = 1;
    taken.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &taken);
    terminal_taken = true;
    signal(SIGTSTP, on_suspend);
}

Keyboard::~Keyboard() {
    if (present_) {
        terminal_taken = false;
        signal(SIGTSTP, SIG_DFL);
        tcsetattr(STDIN_FILENO, TCSADRAIN, &found);
    }
    for (std::size_t i = 0; i < ending.size(); ++i) sigaction(ending[i], &previous[i], nullptr);
}

bool Keyboard::interrupted() { return stop_asked != 0; }

}  // namespace cnn::cli
