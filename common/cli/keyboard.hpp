// Single key strokes, and a terminal that is left as it was found.
#pragma once

namespace cnn::cli {

// While it lives, keys arrive one by one and are not echoed. Does nothing where standard input is no terminal.
// Ctrl-C and other signals that end a program end waiting instead (see interrupted()), so that the terminal is restored
// on every way out; Ctrl-Z restores it, and coming back takes it again.
class Keyboard {
public:
    Keyboard();
    Keyboard(const Keyboard&) = delete;
    Keyboard& operator=(const Keyboard&) = delete;
    ~Keyboard();

    bool present() const { return present_; }
    static bool interrupted();

private:
    bool present_ = false;
};

}  // namespace cnn::cli
