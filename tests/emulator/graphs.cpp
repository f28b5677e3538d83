// SPDX-License-Identifier: MIT
/*
 * graphs.cpp: stream capture, and graphs made from it.
 *
 * While a stream is captured, what is enqueued on it becomes a node of a graph. A node comes after
 * those that its stream had reached. An event that was recorded in the capture takes another stream
 * in. When a graph runs, the node that was captured last goes first among those that may run, so
 * that a dependency that nobody captured shows.
 */
#include "graphs.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace fg_emulator {

namespace {

using StreamPointer = std::shared_ptr<CUstream_st>;

bool is_captured(const CUstream_st &stream) {
    return stream.capture != nullptr;
}

/* Returns whether every node of the capture comes before what its first stream has reached. */
bool is_joined(const Capture &capture) {
    std::vector<bool> reached(capture.nodes.size(), false);
    std::vector<std::size_t> open = capture.origin->reached;
    while (!open.empty()) {
        const std::size_t node = open.back();
        open.pop_back();
        if (!reached[node]) {
            reached[node] = true;
            const std::vector<std::size_t> &after = capture.nodes[node].after;
            open.insert(open.end(), after.begin(), after.end());
        }
    }
    return std::find(reached.begin(), reached.end(), false) == reached.end();
}

void leave_capture(CUstream_st &stream) {
    stream.capture = nullptr;
    stream.reached.clear();
}

/* Ends the capture in all streams that take part. */
void end_capture(const std::shared_ptr<Capture> &capture) {
    capture->ended = true;
    for (const std::unique_ptr<Device> &device : machine().devices) {
        for (const StreamPointer &stream : device->streams) {
            if (stream->capture == capture) {
                leave_capture(*stream);
            }
        }
    }
}

cudaError_t begin_capture(CUstream_st *stream, cudaStreamCaptureMode mode) {
    if (stream == nullptr) {
        return cudaErrorInvalidResourceHandle;
    }
    if (mode < cudaStreamCaptureModeGlobal || mode > cudaStreamCaptureModeRelaxed) {
        return cudaErrorInvalidValue;
    }
    if (stream->is_default) {
        return cudaErrorStreamCaptureUnsupported;
    }
    if (is_captured(*stream)) {
        return cudaErrorIllegalState;
    }
    stream->capture = std::make_shared<Capture>();
    stream->capture->origin = stream;
    return cudaSuccess;
}

cudaError_t finish_capture(CUstream_st *stream, cudaGraph_t *handle) {
    if (stream == nullptr || handle == nullptr) {
        return stream == nullptr ? cudaErrorInvalidResourceHandle : cudaErrorInvalidValue;
    }
    *handle = nullptr;
    const std::shared_ptr<Capture> capture = stream->capture;
    if (capture == nullptr) {
        return cudaErrorIllegalState;
    }
    cudaError_t error = cudaSuccess;
    if (capture->origin != stream) {
        error = cudaErrorStreamCaptureUnmatched;
    } else if (capture->invalidated) {
        error = cudaErrorStreamCaptureInvalidated;
    } else if (!is_joined(*capture)) {
        error = cudaErrorStreamCaptureUnjoined;
    }
    if (error == cudaSuccess) {
        auto graph = std::make_unique<CUgraph_st>();
        graph->device = stream->device;
        graph->nodes = std::move(capture->nodes);
        *handle = graph.get();
        machine().graphs.emplace(*handle, std::move(graph));
    }
    end_capture(capture);
    return error;
}

/* Runs the nodes, each with the fault that a test wants of it, at the priority of the stream that
 * the graph was launched on. */
cudaError_t run_nodes(const std::vector<Node> &nodes, const std::vector<cudaError_t> &faults,
                      int priority) {
    std::vector<std::size_t> left(nodes.size());
    std::vector<bool> done(nodes.size(), false);
    std::iota(left.begin(), left.end(), std::size_t{0});
    while (!left.empty()) {
        const auto may_run = [&](std::size_t node) {
            const std::vector<std::size_t> &after = nodes[node].after;
            return std::all_of(after.begin(), after.end(), [&](std::size_t i) { return done[i]; });
        };
        const auto last = std::find_if(left.rbegin(), left.rend(), may_run);
        const std::size_t node = *last;
        const cudaError_t error = nodes[node].run(faults[node], priority);
        if (error != cudaSuccess) {
            return error;
        }
        done[node] = true;
        left.erase(std::next(last).base());
    }
    return cudaSuccess;
}

cudaError_t instantiate(cudaGraphExec_t *handle, cudaGraph_t graph, unsigned long long flags) {
    const auto found = machine().graphs.find(graph);
    if (handle == nullptr || flags != 0 || found == machine().graphs.end()) {
        return cudaErrorInvalidValue;
    }
    auto exec = std::make_shared<CUgraphExec_st>();
    exec->device = found->second->device;
    exec->nodes = found->second->nodes;
    *handle = exec.get();
    machine().graph_execs.emplace(*handle, std::move(exec));
    return cudaSuccess;
}

cudaError_t launch_graph(cudaGraphExec_t handle, const StreamPointer &stream) {
    const auto found = machine().graph_execs.find(handle);
    if (found == machine().graph_execs.end()) {
        return cudaErrorInvalidValue;
    }
    const std::shared_ptr<CUgraphExec_st> exec = found->second;
    if (stream == nullptr || stream->device != exec->device) {
        return cudaErrorInvalidResourceHandle;
    }
    if (is_captured(*stream)) {
        return refuse_in_capture(*stream);
    }
    std::vector<cudaError_t> faults;
    for (const Node &node : exec->nodes) {
        faults.push_back(node.is_kernel ? next_execution_fault() : cudaSuccess);
    }
    const int priority = stream->priority;
    enqueue(stream, [=] { return run_nodes(exec->nodes, faults, priority); });
    return cudaSuccess;
}

} // namespace

void add_node(CUstream_st &stream, bool is_kernel,
              std::function<cudaError_t(cudaError_t, int)> run) {
    std::vector<Node> &nodes = stream.capture->nodes;
    nodes.push_back({is_kernel, std::move(run), stream.reached});
    stream.reached = {nodes.size() - 1};
}

cudaError_t refuse_in_capture(CUstream_st &stream) {
    stream.capture->invalidated = true;
    return cudaErrorStreamCaptureUnsupported;
}

void record_in_capture(const CUstream_st &stream, CUevent_st &event) {
    event.recording = nullptr;
    event.capture = stream.capture;
    event.reached = stream.reached;
}

cudaError_t wait_in_capture(CUstream_st &stream, const CUevent_st &event) {
    if (event.capture == nullptr) {
        stream.capture->invalidated = true;
        return cudaErrorStreamCaptureIsolation;
    }
    if (event.capture->ended) {
        return cudaErrorCapturedEvent;
    }
    if (is_captured(stream) && stream.capture != event.capture) {
        stream.capture->invalidated = event.capture->invalidated = true;
        return cudaErrorStreamCaptureMerge;
    }
    stream.capture = event.capture;
    stream.reached.insert(stream.reached.end(), event.reached.begin(), event.reached.end());
    return cudaSuccess;
}

void drop_graphs(const Device &device) {
    const auto drop = [&](auto &graphs) {
        for (auto graph = graphs.begin(); graph != graphs.end();) {
            graph =
                graph->second->device == device.ordinal ? graphs.erase(graph) : std::next(graph);
        }
    };
    drop(machine().graphs);
    drop(machine().graph_execs);
}

} // namespace fg_emulator

using fg_emulator::call;
using fg_emulator::find_stream;
using fg_emulator::machine;
using fg_emulator::Needs;
using fg_emulator::release_call;

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, enum cudaStreamCaptureMode mode) {
    return call("cudaStreamBeginCapture", Needs::working_device,
                [&] { return fg_emulator::begin_capture(find_stream(stream).get(), mode); });
}

/* A capture that ends in an error has ended, and gives no graph. */
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *pGraph) {
    const std::lock_guard<std::recursive_mutex> guard(machine().lock);
    const cudaError_t error =
        fg_emulator::enter_call("cudaStreamEndCapture", Needs::working_device);
    const auto found = find_stream(stream);
    if (error != cudaSuccess && found != nullptr && found->capture != nullptr) {
        found->capture->invalidated = true;
    }
    const cudaError_t ended = fg_emulator::finish_capture(found.get(), pGraph);
    return fg_emulator::leave_call(error != cudaSuccess ? error : ended);
}

cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t *pGraphExec, cudaGraph_t graph,
                                          unsigned long long flags) {
    return call("cudaGraphInstantiateWithFlags", Needs::working_device,
                [&] { return fg_emulator::instantiate(pGraphExec, graph, flags); });
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t graphExec, cudaStream_t stream) {
    return call("cudaGraphLaunch", Needs::working_device,
                [&] { return fg_emulator::launch_graph(graphExec, find_stream(stream)); });
}

/* Destroys the graph; a launch of it that is under way keeps its nodes. */
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graphExec) {
    return release_call("cudaGraphExecDestroy", [&] {
        return machine().graph_execs.erase(graphExec) == 1 ? cudaSuccess : cudaErrorInvalidValue;
    });
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    return release_call("cudaGraphDestroy", [&] {
        return machine().graphs.erase(graph) == 1 ? cudaSuccess : cudaErrorInvalidValue;
    });
}
