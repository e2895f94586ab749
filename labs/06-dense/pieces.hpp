// The learner's functions as the lab's program uses them: where one is missing or wrong, the kernel is lent.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "dense.hpp"
#include "kernels/activation.hpp"
#include "kernels/dense.hpp"
#include "kernels/loss.hpp"
#include "nn/operators.hpp"
#include "program/program.hpp"

namespace cnn::lab06 {

using program::reason;

class Pieces {
public:
    Tensor flat(const Tensor& x) {
        return own_or_lent(
            "flatten", "6.1", [&] { return flatten(x); },
            [&] {
                return x.reshaped({x.size(0), x.count() / std::max<Index>(x.size(0), 1)});
            });
    }
    Tensor dense(const Tensor& x, const Weights& layer) {
        return own_or_lent(
            "dense_forward", "6.2", [&] { return dense_forward(x, layer.w, layer.b); },
            [&] { return kernels::dense_forward(x, layer.w, layer.b); });
    }
    Tensor relu(const Tensor& x) { return activation("relu_forward", relu_forward, kernels::relu_forward, x); }
    Tensor tanh(const Tensor& x) { return activation("tanh_forward", tanh_forward, kernels::tanh_forward, x); }
    Tensor scaled_tanh(const Tensor& x) {
        return activation("scaled_tanh_forward", scaled_tanh_forward, kernels::scaled_tanh_forward, x);
    }
    Tensor sigmoid(const Tensor& x) {
        return activation("sigmoid_forward", sigmoid_forward, kernels::sigmoid_forward, x);
    }
    Tensor probabilities(const Tensor& logits) {
        return own_or_lent(
            "softmax", "6.4", [&] { return softmax(logits); }, [&] { return kernels::softmax(logits); });
    }
    // Logits for x [N, 1, 28, 28].
    Tensor lenet(const Tensor& x, const LeNet& net) {
        return own_or_lent(
            "lenet_forward", "6.5", [&] { return lenet_forward(x, net); },
            [&] { return layers(x, net).back().values; });
    }

    std::vector<Prediction> predictions(const Tensor& logits) {
        if (!lent_.contains("predict")) {
            try {
                std::vector<Prediction> own = predict(logits);
                require(are_sound(own, logits),
                        "its result is not a class and a confidence for each of {} images (./lab check 6.5)",
                        logits.size(0));
                return own;
            } catch (...) {
                lend("predict");
            }
        }
        const Tensor y = probabilities(logits);
        std::vector<Prediction> lent;
        for (Index n = 0; n < y.size(0); ++n) {
            const float* row = y.data() + n * y.size(1);
            const float* best = std::max_element(row, row + y.size(1));
            lent.push_back({best - row, *best});
        }
        return lent;
    }

    // What every layer of the network answers, the image first and the logits last.
    struct Step {
        std::string name;
        Tensor values;  // [N, C, H, W] or [N, D]
    };
    std::vector<Step> layers(const Tensor& x, const LeNet& net) {
        const nn::Operators& table = nn::operators();
        const Window half{.size = 2, .stride = 2};
        std::vector<Step> steps{{"image", x}};
        const auto add = [&](const char* name, Tensor values) { steps.push_back({name, std::move(values)}); };
        const auto last = [&]() -> const Tensor& { return steps.back().values; };
        add("conv1, ReLU", relu(table.conv2d_forward(last(), net.conv1.w, net.conv1.b, {.size = 5, .padding = 2})));
        add("max pool", table.max_pool_forward(last(), half).y);
        add("conv2, ReLU", relu(table.conv2d_forward(last(), net.conv2.w, net.conv2.b, {.size = 5})));
        add("max pool", table.max_pool_forward(last(), half).y);
        add("dense1, ReLU", relu(dense(flat(last()), net.dense1)));
        add("dense2, ReLU", relu(dense(last(), net.dense2)));
        add("dense3: logits", dense(last(), net.dense3));
        return steps;
    }

private:
    Tensor activation(const char* name, Tensor (*own)(Tensor), Tensor (*lent)(Tensor), const Tensor& x) {
        return own_or_lent(
            name, "6.3", [&] { return own(x); }, [&] { return lent(x); });
    }

    // Own work is used when it has the shape it should have and holds numbers; whether they are right is the judge's
    // business, and a wrong picture is worth looking at.
    template <class Own, class Lent>
    Tensor own_or_lent(const std::string& name, const char* task, Own own, Lent lent) {
        Tensor expected = lent();
        if (lent_.contains(name)) return expected;
        try {
            Tensor y = own();
            require(y.shape() == expected.shape(), "its result has shape {}, expected {} (./lab check {})", y.shape(),
                    expected.shape(), task);
            require(std::ranges::all_of(y.values(), [](float v) { return std::isfinite(v); }),
                    "its result holds impossible values (./lab check {})", task);
            return y;
        } catch (...) {
            lend(name);
            return expected;
        }
    }

    static bool are_sound(const std::vector<Prediction>& predictions, const Tensor& logits) {
        return std::ssize(predictions) == logits.size(0) && std::ranges::all_of(predictions, [&](const Prediction& p) {
                   return p.label >= 0 && p.label < logits.size(1) && std::isfinite(p.confidence);
               });
    }

    // From now on, because of the exception that is being handled.
    void lend(const std::string& name) {
        lent_.insert(name);
        fmt::print("  {} is on loan from the library: {}\n", name, reason());
    }

    std::set<std::string> lent_;
};

}  // namespace cnn::lab06
