// What the executables of labs that train a network do alike: options, a run's folder, training behind a live line,
// going on with an interrupted run, and what there is to see afterwards.
#pragma once
#include <functional>
#include <set>

#include "nn/evaluation.hpp"
#include "nn/sequential.hpp"
#include "nn/trainer.hpp"
#include "plot/training_log.hpp"
#include "program/album.hpp"
#include "program/program.hpp"
#include "program/training_images.hpp"

namespace cnn::program {

// What the person at the terminal asked for. A lab fills in its own values before add_training_options; 0 leaves a
// number open, for the lab to complete.
struct TrainingSettings {
    std::string data = "fashion-mnist";
    int epochs = 5;
    Index batch = 64, images = 0, test_images = 0, photo_side = 64;
    double learning_rate = 0.05;
    std::uint32_t seed = 1;
    int threads = 0;  // 0: all
    bool describe = false;
    std::filesystem::path output = {}, resume = {}, own_operators = {};
    std::vector<std::string> passed = {};
};

// --data, --epochs, --batch, --learning-rate, --images, --test-images, --photo-side, --seed, --threads, --output,
// --resume,
// --describe,
// --own-operators, --passed. What the machine or the moment decides is not part of a run that can be resumed.
void add_training_options(CLI::App& app, TrainingSettings& settings);

// What a lab trains.
struct Subject {
    std::string lab;    // "13-vgg": runs are kept in runs/13-vgg
    std::string title;  // "small VGG": with everything that tells this network from others
    // The network, without weights, for images [C, H, W].
    std::function<nn::Sequential(const Shape& image, Index classes)> build;
    nn::Loss loss = nn::softmax_cross_entropy();
    data::Augmentation augmentation = {};
    Index padding = 0;  // of small images
    float momentum = 0.9f, weight_decay = 5e-4f;
    nn::Initialization initialization = nn::Initialization::torch;
    std::string weights = "weights.safetensors";  // the file they are saved in
    // Trains in the place of the library's trainer, without checkpoints; may be empty.
    std::function<nn::TrainResult(nn::Sequential& network, const TrainingImages& images)> own_loop = {};
    // More pictures of the trained network; may be empty.
    std::function<void(nn::Sequential& network, const TrainingImages& images, Album& album)> pictures = {};
};

// After an interruption: the command that takes the run in `folder` up again, with the same code at work (none without
// a folder).
void say_how_to_go_on(const CLI::App& app, const TrainingSettings& settings, const std::filesystem::path& folder);

// The whole run: builds, trains, shows. With settings.describe only the table of layers is printed. Returns the exit
// code: 0, or 130 when it was interrupted and can be resumed. Throws NotStarted where the learner's builder does.
int train_and_show(const CLI::App& app, const TrainingSettings& settings, const Subject& subject);

// Its parts, for experiments with several networks.
ImageChoice image_choice(const TrainingSettings& settings, const Subject& subject);
// Learning rate: half an epoch of warm-up, then half a cosine down to zero.
nn::TrainOptions train_options(const TrainingSettings& settings, const Subject& subject,
                               const std::filesystem::path& folder);
// Where a run keeps its files: settings.resume, settings.output, or a new folder of today; empty, with a remark, where
// there is no place for them. Throws DataError where settings.output holds a run already.
std::filesystem::path run_folder(const TrainingSettings& settings, const std::string& lab);
// At most settings.threads compute for as long as what is returned lives.
std::shared_ptr<void> limit_threads(const TrainingSettings& settings);
// `lab run N --mine`: puts the learner's operators into the table, and prints which of those that this network uses are
// the learner's and which are on loan.
void install_own_operators(const TrainingSettings& settings, nn::Layer& network);

// For `--resume FOLDER`: the options that the run was started with lie beneath those given now. Call it first.
void add_kept_options(CLI::App& app, int argc, char** argv, const std::filesystem::path& resume);
// The options given on the command line, beside a run's results.
void keep_options(const CLI::App& app, const std::filesystem::path& folder);

// What the trainer returned, for the plots: also where no log could be written.
plot::TrainingLog log_of(const std::vector<nn::EpochResult>& epochs, const std::string& name);
// The wrong answers given with most confidence: each image with "Shirt → Coat 97 %", what it is, what it was taken for,
// and how surely.
Image mistakes_gallery(const TrainingImages& images, const std::vector<nn::Mistake>& worst, Index columns = 8);
// The filters of the first convolution: of one channel blue for negative and red for positive weights, of three as
// colours.
Image first_filters(nn::Layer& network);
// "10.00 % is what guessing one of 10 classes gives. …": what is said of an accuracy (0 to 1) on so many test images
// that is no better than chance; nothing of a better one.
std::string if_guessed(double accuracy, Index classes, Index tested);
// What a run costs in seconds, and one that shows something within a minute: "…, about 2:10 h. A first look: --images
// 300
// --epochs 1, about a minute." Nothing where the whole run takes less than two minutes. `forward` is the time of one
// image; training takes three times as long, the way back being twice as long as the way there.
std::string time_to_expect(double forward, Index training, Index test, int epochs);
// "The most frequent mistake: Shirt taken for T-shirt/top, 118 of 1,000."
std::string most_confused(const Tensor& confusion, const std::vector<std::string>& class_names);

}  // namespace cnn::program
