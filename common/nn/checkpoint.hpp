// Everything a training run needs to go on as if it had never stopped.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "nn/optimizer.hpp"
#include "nn/training_log.hpp"

namespace cnn::nn {

// Where a run stands, besides its weights and velocities.
struct TrainingState {
    std::vector<EpochResult> epochs;  // finished
    // Of the epoch that has begun:
    Index batches = 0;    // done
    Index images = 0;     // in these batches
    double loss_sum = 0;  // over these images
    Index correct = 0;    // among them
    double seconds = 0;
};

// What a resumed run must agree on, as "name: value" lines.
using Identity = std::string;

// Writes FOLDER/checkpoint.safetensors and keeps the one before as checkpoint-previous.safetensors; at every moment at
// least one of them is whole. Throws DataError when it cannot; both are then as before.
void save_checkpoint(const std::filesystem::path& folder, const TrainingState& state, const Identity& identity,
                     Layer& network, Sgd& optimizer);

struct Restored {
    bool found = false;  // false: there is no checkpoint in the folder, and nothing was changed
    TrainingState state;
    std::string warning;  // why the previous one had to be used; empty otherwise
};

// Reads the checkpoint, or the previous one where it is damaged or missing, into network and optimizer. Throws
// DataError when neither is sound, and Error when it belongs to another network or identity.
Restored load_checkpoint(const std::filesystem::path& folder, const Identity& identity, Layer& network, Sgd& optimizer);

}  // namespace cnn::nn
