// Operators that a lab teaches, and that its functions therefore must not borrow from the table of networks.
#pragma once
#include <algorithm>
#include <cstddef>
#include <exception>
#include <string_view>
#include <utility>

namespace cnn::grader {

// Somebody asked the table of operators for what they are to write themselves. Not an Error: no test that waits for bad
// arguments to be refused takes it for that.
struct Borrowed : std::exception {
    explicit Borrowed(std::string_view called) : name(called) {}
    const char* what() const noexcept override { return "borrowed"; }
    std::string_view name;  // "dense_forward"
};

// A name as the argument of a template.
template <std::size_t size>
struct Name {
    constexpr Name(const char (&text)[size]) { std::copy_n(text, size, characters); }
    char characters[size];
};

// refuse<"dense_forward">(table.dense_forward): from now on, whoever calls that entry gets Borrowed.
template <Name name, class R, class... P>
void refuse(R (*&entry)(P...)) {
    entry = [](P...) -> R { throw Borrowed({name.characters, sizeof name.characters - 1}); };
}

// The function of the lab that the worker is calling: "unpool".
inline std::string_view asked_function{};

// refuse_in<"unpool", "max_pool_backward">(table.max_pool_backward): only what is called on the way of unpool gets
// Borrowed; networks that other tasks build go on computing.
template <Name function, Name name, class R, class... P>
void refuse_in(R (*&entry)(P...)) {
    static R (*lent)(P...);
    lent = entry;
    entry = [](P... arguments) -> R {
        if (asked_function == std::string_view(function.characters))
            throw Borrowed({name.characters, sizeof name.characters - 1});
        return lent(std::forward<P>(arguments)...);
    };
}

}  // namespace cnn::grader
