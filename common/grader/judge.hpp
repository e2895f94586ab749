// What a lab's tests.cpp is written with.
//
//     BOOST_AUTO_TEST_SUITE(task_4_3)
//     BOOST_AUTO_TEST_CASE(one_filter) {
//         const Tensor x = random({1, 1, 5, 5}, 1), w = …;
//         check_same(student(conv2d_forward, x, w, b, window), conv2d_forward(x, w, b, window));
//     }
//     BOOST_AUTO_TEST_SUITE_END()
//
// The same name is the reference here, and behind student() the learner's function in a process of its own. A suite
// task_4_3 belongs to task 4.3; a test passes when the learner's code answered, something was checked, and all of it
// held.
#pragma once
#include <functional>

#include "grader/compare.hpp"
#include "grader/exercise.hpp"

namespace cnn::grader {

// What a learner's function races against, here in the judge and on one thread (a yardstick that is parallel runs in a
// tbb::task_arena(1)): "the loops i, j, k". `times`: how many times as fast the learner's has to be, at least.
struct Yardstick {
    std::string name;
    double times;
    std::function<void()> run;
};

namespace detail {
Value ask(Address function, List arguments);
void ask_to_reject(Address function, List arguments);
void check(const Value& answer, const Value& expected, const Tolerance* tolerance);

void check_speed(Address function, List arguments, const Yardstick& yardstick);

template <class P, class A>
OwnedT<P> own(A&& argument) {
    if constexpr (is_vector<OwnedT<P>>)
        return OwnedT<P>(std::begin(argument), std::end(argument));
    else
        return static_cast<OwnedT<P>>(std::forward<A>(argument));
}
}  // namespace detail

// The learner's answer to f(arguments…). When there is none, the verdict is recorded and the test ends.
template <class R, class... P, class... A>
R student(R (*f)(P...), A&&... arguments) {
    static_assert(std::is_invocable_v<R (*)(P...), A...>, "these are not the arguments of that function");
    return from_value<R>(detail::ask(address_of(f), List{to_value(detail::own<P>(std::forward<A>(arguments)))...}),
                         "the answer");
}

// The answer must equal the expected one up to rounding, within bounds derived from the question (see compare.hpp).
template <class R>
void check_same(const R& answer, const std::type_identity_t<R>& expected) {
    detail::check(to_value(answer), to_value(expected), nullptr);
}
// Within a tolerance that the test gives a reason for.
template <class R>
void check_same(const R& answer, const std::type_identity_t<R>& expected, const Tolerance& tolerance) {
    detail::check(to_value(answer), to_value(expected), &tolerance);
}

// A property of an answer: `message` says what was expected and what was found.
void check_that(bool holds, const std::string& message);

// The learner's function must refuse these arguments with an exception.
template <class R, class... P, class... A>
void check_rejects(R (*f)(P...), A&&... arguments) {
    detail::ask_to_reject(address_of(f), List{to_value(detail::own<P>(std::forward<A>(arguments)))...});
}

// f(arguments…) must be fast, and right. The learner's file is asked as it is built for speed (timedNN: optimised,
// without bounds checks), on one processor. Learner and yardstick are called in turn until the ratio of their shortest
// calls, in processor time, is what is wanted, or has not become so: other programs lengthen neither much.
template <class R, class... P, class... A>
void check_speed(R (*f)(P...), const Yardstick& yardstick, A&&... arguments) {
    static_assert(std::is_invocable_v<R (*)(P...), A...>, "these are not the arguments of that function");
    detail::check_speed(address_of(f), List{to_value(detail::own<P>(std::forward<A>(arguments)))...}, yardstick);
}

}  // namespace cnn::grader
