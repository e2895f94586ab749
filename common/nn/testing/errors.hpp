// What an error says.
#pragma once
#include <string>

#include "tensor/error.hpp"

namespace cnn::nn {

template <class F>
std::string error_of(F f) {
    try {
        f();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace cnn::nn
