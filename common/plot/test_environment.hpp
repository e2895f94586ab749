// What the tests of this module share.
#pragma once
#include <cstdlib>
#include <optional>
#include <string>

#include "tensor/file.hpp"

namespace cnn::plot {

// Another value of an environment variable for the length of a test.
class TestVariable {
public:
    TestVariable(const char* name, const std::string& value) : name_(name) {
        if (const char* old = std::getenv(name)) old_ = old;
        setenv(name, value.c_str(), 1);
    }
    TestVariable(const TestVariable&) = delete;
    TestVariable& operator=(const TestVariable&) = delete;
    ~TestVariable() {
        if (old_)
            setenv(name_, old_->c_str(), 1);
        else
            unsetenv(name_);
    }

private:
    const char* name_;
    std::optional<std::string> old_;
};

inline bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace cnn::plot
