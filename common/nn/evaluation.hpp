// How good a trained network is, and where it errs.
#pragma once
#include <functional>
#include <vector>

#include "nn/layer.hpp"
#include "nn/loss.hpp"
#include "nn/source.hpp"

namespace cnn::nn {

struct Mistake {
    Index index = 0;  // of the image in its data set
    std::int32_t label = 0, predicted = 0;
    float probability = 0;  // what the network gave its wrong answer
};

struct Evaluation {
    double loss = 0, accuracy = 0;  // mean over all images; accuracy from 0 to 1
    Tensor confusion;               // [classes, classes]: how many images of class `row` were taken for `column`
    bool interrupted = false;       // by options.stop; the rest is then meaningless
    std::vector<Mistake> worst;     // the wrong answers given with most confidence, the most confident first
};

struct EvaluationOptions {
    Index mistakes = 64;              // how many of the worst to keep
    std::function<bool()> stop = {};  // asked before every batch
};

// Runs the network over one epoch of `source` in evaluation mode, and leaves it there. Throws
// DataError where no image of it could be read.
Evaluation evaluate(Layer& network, const Loss& loss, const Source& source, const EvaluationOptions& options = {});

}  // namespace cnn::nn
