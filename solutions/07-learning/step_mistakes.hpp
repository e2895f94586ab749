// Wrong answers to 7.5.
#pragma once
#include "loss_mistakes.hpp"

namespace cnn::lab07::wrong {

// Both lines for every element: step(value, gradient, velocity), which may change value and velocity.
template <class F>
Moved every(const Tensor& value, const Tensor& gradient, const Tensor& velocity, const F& step) {
    sgd_step(value, gradient, velocity, {0});  // refuses what does not fit
    Moved all{value, velocity};
    for (Index i = 0; i < value.count(); ++i) {
        const auto [x, v] = step(value[i], gradient[i], velocity[i]);
        all.value[i] = x, all.velocity[i] = v;
    }
    return all;
}
struct Element {
    float value, velocity;
};

inline Mistakes step_mistakes() {
    return {
        mistake(sgd_step, "uphill", "the step goes up the hill: value - rate · velocity makes E smaller.",
                [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                    return every(value, gradient, velocity, [&](float x, float g, float v) {
                        const float next = o.momentum * v + g + o.weight_decay * x;
                        return Element{x + o.rate * next, next};
                    });
                }),
        mistake(
            sgd_step, "rate_in_velocity",
            "the learning rate is in the velocity: it belongs to the step, so that a rate that changes counts at once.",
            [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                return every(value, gradient, velocity, [&](float x, float g, float v) {
                    const float next = o.momentum * v + o.rate * (g + o.weight_decay * x);
                    return Element{x - next, next};
                });
            }),
        mistake(
            sgd_step, "velocity_downhill",
            "the velocity is the step itself, with the rate and its sign in it: here it gathers gradients, and value - "
            "rate · velocity is the step.",
            [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                return every(value, gradient, velocity, [&](float x, float g, float v) {
                    const float next = o.momentum * v - o.rate * (g + o.weight_decay * x);
                    return Element{x + next, next};
                });
            }),
        mistake(sgd_step, "averaged_gradient",
                "the gradient is multiplied by 1 - momentum: here it enters the velocity whole.",
                [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                    return every(value, gradient, velocity, [&](float x, float g, float v) {
                        const float next = o.momentum * v + (1 - o.momentum) * (g + o.weight_decay * x);
                        return Element{x - o.rate * next, next};
                    });
                }),
        mistake(sgd_step, "old_velocity",
                "the step is made with the velocity of before: the new velocity comes first, then the step with it.",
                [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                    return every(value, gradient, velocity, [&](float x, float g, float v) {
                        return Element{x - o.rate * v, o.momentum * v + g + o.weight_decay * x};
                    });
                }),
        mistake(sgd_step, "momentum_forgotten", "the old velocity is forgotten: momentum · velocity is missing.",
                [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                    return every(value, gradient, velocity, [&](float x, float g, float) {
                        const float next = g + o.weight_decay * x;
                        return Element{x - o.rate * next, next};
                    });
                }),
        mistake(sgd_step, "velocity_not_slowed",
                "the old velocity is taken over whole: it is multiplied by momentum first.",
                [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                    return every(value, gradient, velocity, [&](float x, float g, float v) {
                        const float next = v + g + o.weight_decay * x;
                        return Element{x - o.rate * next, next};
                    });
                }),
        mistake(sgd_step, "decay_forgotten", "weight decay is missing: weight_decay · value is part of the velocity.",
                [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                    return every(value, gradient, velocity, [&](float x, float g, float v) {
                        const float next = o.momentum * v + g;
                        return Element{x - o.rate * next, next};
                    });
                }),
        mistake(sgd_step, "weights_grow", "weight decay has the wrong sign: weights grow where they should shrink.",
                [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                    return every(value, gradient, velocity, [&](float x, float g, float v) {
                        const float next = o.momentum * v + g - o.weight_decay * x;
                        return Element{x - o.rate * next, next};
                    });
                }),
        mistake(sgd_step, "decay_beside_velocity",
                "weight decay shrinks the value directly, past the velocity (as AdamW does): here it is part of the "
                "velocity.",
                [](Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& o) {
                    return every(value, gradient, velocity, [&](float x, float g, float v) {
                        const float next = o.momentum * v + g;
                        return Element{x - o.rate * (next + o.weight_decay * x), next};
                    });
                }),
    };
}

}  // namespace cnn::lab07::wrong
