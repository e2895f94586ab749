// The modern LeNet-5 against PyTorch: golden/make_lenet.py made the numbers.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "nn/loss.hpp"
#include "nn/optimizer.hpp"
#include "nn/safetensors.hpp"
#include "nn/sequential.hpp"

using namespace cnn;
using namespace cnn::nn;

namespace {

const std::filesystem::path golden = std::filesystem::path(CNN_SOURCE_DIR) / "common/nn/golden";

// Every n-th number, 500 at most, as the script keeps them.
Tensor sample(const Tensor& tensor) {
    const Index step = (tensor.count() + 499) / 500, count = (tensor.count() + step - 1) / step;
    Tensor kept({count});
    for (Index i = 0; i < count; ++i) kept[i] = tensor[i * step];
    return kept;
}

void check_near(const std::string& name, const Tensor& got, const Tensor& expected) {
    BOOST_TEST_REQUIRE(got.count() == expected.count(), name);
    BOOST_TEST_REQUIRE(got.count() > 0);
    double worst = 0;
    for (Index i = 0; i < got.count(); ++i) worst = std::max<double>(worst, std::abs(got[i] - expected[i]));
    BOOST_TEST(worst < 1e-5, name << " differs by " << worst);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pytorch)

BOOST_AUTO_TEST_CASE(lenet_agrees_in_logits_gradients_and_steps) {
    Sequential network(Conv2d(1, 6, {.size = 5, .padding = 2}), ReLU(), MaxPool2d({.size = 2, .stride = 2}),
                       Conv2d(6, 16, {.size = 5}), ReLU(), MaxPool2d({.size = 2, .stride = 2}), Flatten(),
                       Dense(400, 120), ReLU(), Dense(120, 84), ReLU(), Dense(84, 10));
    load_weights(network, golden / "lenet.safetensors");
    std::map<std::string, Tensor> expected;
    for (auto& [name, tensor] : read_safetensors(golden / "lenet_golden.safetensors").tensors)
        expected.emplace(name, std::move(tensor));
    std::vector<std::int32_t> labels;
    for (const float label : expected.at("labels").values()) labels.push_back(static_cast<std::int32_t>(label));

    const Loss loss = softmax_cross_entropy();
    Sgd optimizer(network, {.momentum = 0.9f, .weight_decay = 0.01f});
    for (int step = 0; step < 2; ++step) {
        const Tensor logits = network.forward(expected.at("x"));
        LossResult result = loss(logits, labels);
        network.backward_parameters(std::move(result.gradient));
        if (step == 0) {
            check_near("logits", logits, expected.at("logits"));
            BOOST_TEST(std::abs(result.loss - static_cast<double>(expected.at("loss")[0])) < 1e-5);
            for (const auto& [name, parameter] : network.parameters())
                check_near("gradient of " + name, sample(parameter->gradient), expected.at("gradient." + name));
        }
        optimizer.step(0.1);
    }
    for (const auto& [name, parameter] : network.parameters())
        check_near(name + " after two steps", sample(parameter->value), expected.at("after." + name));
}

BOOST_AUTO_TEST_SUITE_END()
