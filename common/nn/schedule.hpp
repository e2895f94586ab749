// The learning rate as a function of time.
#pragma once
#include <functional>
#include <string>

namespace cnn::nn {

// Time runs in epochs and fractions of them: 2.5 is the middle of the third.
struct Schedule {
    std::function<double(double epoch)> rate;
    std::string description;  // "cosine from 0.1 to 0 over 10 epochs"; part of what a resumed run must agree on

    double operator()(double epoch) const { return rate(epoch); }
};

Schedule constant(double rate);
// Times `factor` after every `epochs`.
Schedule steps(double rate, double factor, double epochs);
// Half a cosine from `rate` to `last` over `epochs`, then `last` (Loshchilov and Hutter 2017, equation 5).
Schedule cosine(double rate, double epochs, double last = 0);
// From near zero up to what `then` says at the end of `epochs`, in a straight line; `then` from there on.
Schedule warm_up(double epochs, Schedule then);

}  // namespace cnn::nn
