// The images a network is trained and tested on, as lab10 serves them.
#pragma once
#include <fmt/format.h>

#include <filesystem>

#include "data/batches.hpp"
#include "data/idx.hpp"
#include "data/load.hpp"
#include "settings.hpp"

namespace cnn::lab10 {

// A name the library knows, or a folder with the four files of MNIST.
inline data::Dataset load(const std::string& name, data::Split split) {
    if (!std::filesystem::is_directory(name)) return data::load_images(name, split);
    return name.find("fashion") != std::string::npos ? data::fashion_mnist(name, split) : data::mnist(name, split);
}

struct TrainingData {
    data::Dataset training, test;
    data::Normalization normalization;  // of all training images
    data::BatchOptions options;

    explicit TrainingData(const Settings& settings)
        : training(load(settings.data, data::Split::train)),
          test(load(settings.data, data::Split::test)),
          normalization(data::normalization(training)) {
        if (training.is_fallback) fmt::print("{}\n", training.source);
        if (training.shape != Shape{1, 28, 28} || training.classes() != 10)
            fail_data("{}: images of {} in {} classes; LeNet-5 is built for gray images of 28×28 in 10 classes",
                      training.name, to_string(training.shape), training.classes());
        if (settings.images > 0 && settings.images < training.count()) training = slice(training, 0, settings.images);
        options = {.size = settings.batch,
                   .seed = settings.seed,
                   .padding = settings.is_1998() ? 2 : 0,  // 32×32, so that strokes at the border are seen whole
                   .normalization = normalization};
    }
    TrainingData(const TrainingData&) = delete;  // batches refer to the data sets

    // "Fashion-MNIST", without ", train"
    std::string name() const { return training.name.substr(0, training.name.find(',')); }
    data::Batches training_batches() const { return data::Batches(training, options); }
    data::Batches test_batches() const {
        data::BatchOptions in_order = options;
        in_order.size = 256;
        in_order.shuffle = false;
        return data::Batches(test, in_order);
    }
};

}  // namespace cnn::lab10
