// The training loop: shuffle, batches, schedule, evaluation; log, checkpoints, and resuming bit for bit.
#pragma once
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "nn/evaluation.hpp"
#include "nn/layer.hpp"
#include "nn/loss.hpp"
#include "nn/observer.hpp"
#include "nn/schedule.hpp"
#include "nn/source.hpp"

namespace cnn::nn {

struct TrainOptions {
    int epochs = 10;
    Schedule schedule = constant(0.05);
    float momentum = 0.9f, weight_decay = 0;
    std::filesystem::path folder = {};  // log.csv and checkpoints go there; empty: nothing is written
    bool resume = false;                // go on from the checkpoint in `folder`, if there is one
    std::string subject = {};           // what is trained on what: a checkpoint of something else is refused
    Index report_every = 1;             // batches between two calls of Observer::progress
    Index mistakes = 0;                 // of the last test, so many of the worst wrong answers are kept
    std::stop_token stop = {};          // asks for an end after the current batch, as Ctrl-C does
};

struct TrainResult {
    std::vector<EpochResult> epochs;           // all since the first, also those before a resume
    bool interrupted = false;                  // by Ctrl-C or options.stop; go on with options.resume
    std::optional<Evaluation> last_test = {};  // of the network as it is returned; nothing where none was made
};

//     train(network, softmax_cross_entropy(), data::Batches(images, {.size = 128}), data::Batches(test, …), options);
//
// Trains the network, which must have been initialised (or loaded). `test` may be Source(): no test.
//
// Writes into options.folder after every epoch: a row of log.csv (training_log.hpp), and checkpoint.safetensors
// (weights, velocities, how far it got), keeping the one before as checkpoint-previous.safetensors. Ctrl-C
// finishes the batch, writes a checkpoint in the middle of the epoch, and returns; a second Ctrl-C ends the program. A
// resumed run gives the same weights and the same log as one that was never interrupted. A checkpoint that is damaged
// is reported and the previous one used. A file that cannot be written is reported, and training goes on without it.
// A batch of one image is left out, and that is reported, where batch normalisation would see one number a channel.
//
// Throws Error when the loss is no longer a number, when the network was never initialised, or when the checkpoint to
// resume belongs to other options.
TrainResult train(Layer& network, const Loss& loss, const Source& training, const Source& test,
                  const TrainOptions& options, Observer& observer);
TrainResult train(Layer& network, const Loss& loss, const Source& training, const Source& test,
                  const TrainOptions& options);

}  // namespace cnn::nn
