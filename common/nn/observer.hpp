// What a training run tells while it goes on.
#pragma once
#include <string_view>

#include "nn/training_log.hpp"

namespace cnn::nn {

struct Progress {
    int epoch = 1, epochs = 1;      // from 1
    double fraction = 0;            // of this epoch
    double loss = 0, accuracy = 0;  // of this epoch so far; accuracy from 0 to 1
    double images_per_second = 0;
    double seconds_left = 0;  // of the whole training, evaluation included
};

// Told what happens; every function may be left out.
class Observer {
public:
    virtual ~Observer() = default;
    virtual void progress(const Progress&) {}
    virtual void epoch_done(const EpochResult&, int /*epochs*/) {}
    // One line for the person at the terminal: what is resumed, what cannot be saved.
    virtual void message(std::string_view) {}
};

}  // namespace cnn::nn
