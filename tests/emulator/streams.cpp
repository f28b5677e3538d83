// SPDX-License-Identifier: MIT
/*
 * streams.cpp: streams and events: work is enqueued, and runs when something waits for it.
 *
 * A stream is a queue and two counts, so that "this far in that stream" is a pair (a Mark); an
 * event is such a mark. Running an operation runs first what it comes after: all before it in its
 * stream, and the marks it was given. Marks point to operations enqueued earlier, so that never
 * runs in a circle. Once a kernel has failed, the rest of its device's work is discarded.
 */
#include "graphs.h"
#include "machine.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace fg_emulator {

using StreamPointer = std::shared_ptr<CUstream_st>;

namespace {

bool reached(const Mark &mark) {
    return mark.stream->executed >= mark.position;
}

bool idle(const CUstream_st &stream) {
    return stream.executed == stream.enqueued;
}

void run_until(const Mark &mark);

void run_one(CUstream_st &stream) {
    const Operation operation = std::move(stream.queue.front());
    stream.queue.pop_front();
    for (const Mark &mark : operation.after) {
        run_until(mark);
    }
    Device &device = device_of(stream);
    if (device.sticky_error == cudaSuccess) {
        device.sticky_error = operation.run();
    }
    stream.executed++;
}

void run_until(const Mark &mark) {
    while (!reached(mark)) {
        run_one(*mark.stream);
    }
}

/* Runs what host functions wait for, an operation at a time, so that host threads come in between.
 */
void run_urgent_marks() {
    Machine &m = machine();
    std::unique_lock<std::recursive_mutex> guard(m.lock);
    for (;;) {
        m.urgent_added.wait(guard, [&] { return !m.urgent.empty(); });
        const Mark mark = m.urgent.front();
        if (reached(mark)) {
            m.urgent.pop_front();
            continue;
        }
        run_one(*mark.stream);
        guard.unlock();
        std::this_thread::yield();
        guard.lock();
    }
}

cudaError_t call_host_function(cudaHostFn_t function, void *data) {
    host_thread().in_host_function = true;
    function(data);
    host_thread().in_host_function = false;
    return cudaSuccess;
}

cudaError_t launch_host_function(const StreamPointer &stream, cudaHostFn_t function, void *data) {
    if (stream == nullptr) {
        return cudaErrorInvalidResourceHandle;
    }
    if (function == nullptr) {
        return cudaErrorInvalidValue;
    }
    if (stream->capture != nullptr) {
        return refuse_in_capture(*stream);
    }
    enqueue(stream, [=] { return call_host_function(function, data); });
    Machine &m = machine();
    if (!m.has_runner) {
        std::thread(run_urgent_marks).detach();
        m.has_runner = true;
    }
    m.urgent.push_back({stream, stream->enqueued});
    m.urgent_added.notify_one();
    return cudaSuccess;
}

/* A query gives the device a moment: one operation runs, so that polling comes to an end. */
cudaError_t query(const Mark &mark) {
    if (reached(mark)) {
        return device_of(*mark.stream).sticky_error;
    }
    run_one(*mark.stream);
    const cudaError_t sticky = device_of(*mark.stream).sticky_error;
    return sticky != cudaSuccess ? sticky : cudaErrorNotReady;
}

/* Forget the streams that their owner destroyed and that have nothing left to do. */
void sweep(Device &device) {
    auto &streams = device.streams;
    streams.erase(std::remove_if(streams.begin(), streams.end(),
                                 [](const StreamPointer &s) { return s->destroyed && idle(*s); }),
                  streams.end());
}

CUevent_st *find_event(cudaEvent_t handle) {
    const auto found = machine().events.find(handle);
    return found != machine().events.end() ? found->second.get() : nullptr;
}

/* Priorities from the first that a stream can have to the last, as an H100 has them. */
constexpr int greatest_priority = -5, least_priority = 0;

cudaError_t create_stream(cudaStream_t *handle, unsigned int flags, int priority = 0) {
    if (handle == nullptr || (flags & ~unsigned{cudaStreamNonBlocking}) != 0) {
        return cudaErrorInvalidValue;
    }
    Device &device = current_device();
    auto stream = std::make_shared<CUstream_st>();
    stream->device = device.ordinal;
    stream->blocking = (flags & cudaStreamNonBlocking) == 0;
    stream->priority = std::max(greatest_priority, std::min(least_priority, priority));
    *handle = stream.get();
    device.streams.push_back(std::move(stream));
    return cudaSuccess;
}

cudaError_t create_event(cudaEvent_t *handle, unsigned int flags) {
    const unsigned int known = cudaEventBlockingSync | cudaEventDisableTiming;
    if (handle == nullptr || (flags & ~known) != 0) {
        return cudaErrorInvalidValue;
    }
    auto event = std::make_unique<CUevent_st>();
    event->device = current_device().ordinal;
    event->timing = (flags & cudaEventDisableTiming) == 0;
    event->blocking_sync = (flags & cudaEventBlockingSync) != 0;
    *handle = event.get();
    machine().events.emplace(*handle, std::move(event));
    return cudaSuccess;
}

/* A recording that can be timed: cudaSuccess, or what cudaEventElapsedTime says about it. */
cudaError_t timed(const CUevent_st *event) {
    if (event == nullptr || !event->timing || event->recording == nullptr) {
        return cudaErrorInvalidResourceHandle;
    }
    return reached(event->recording->mark) ? cudaSuccess : cudaErrorNotReady;
}

} // namespace

Device &device_of(const CUstream_st &stream) {
    return *machine().devices[static_cast<std::size_t>(stream.device)];
}

bool is_busy(const Device &device) {
    return !idle(*device.default_stream) ||
           std::any_of(device.streams.begin(), device.streams.end(),
                       [](const StreamPointer &stream) { return !idle(*stream); });
}

StreamPointer find_stream(cudaStream_t handle) {
    if (handle == nullptr) {
        return current_device().default_stream;
    }
    for (const std::unique_ptr<Device> &device : machine().devices) {
        for (const StreamPointer &stream : device->streams) {
            if (stream.get() == handle && !stream->destroyed) {
                return stream;
            }
        }
    }
    return nullptr;
}

void enqueue(const StreamPointer &stream, std::function<cudaError_t()> run,
             std::vector<Mark> after) {
    if (stream->capture != nullptr) {
        add_node(*stream, false, [run](cudaError_t, int) { return run(); });
        return;
    }
    const Device &device = device_of(*stream);
    if (stream->is_default) {
        for (const StreamPointer &other : device.streams) {
            if (other->blocking && !idle(*other)) {
                after.push_back({other, other->enqueued});
            }
        }
    } else if (stream->blocking && !idle(*device.default_stream)) {
        after.push_back({device.default_stream, device.default_stream->enqueued});
    }
    stream->queue.push_back({std::move(after), std::move(run)});
    stream->enqueued++;
}

cudaError_t run_stream(const StreamPointer &stream) {
    run_until({stream, stream->enqueued});
    Device &device = device_of(*stream);
    sweep(device);
    return device.sticky_error;
}

cudaError_t run_device(Device &device) {
    run_until({device.default_stream, device.default_stream->enqueued});
    for (const StreamPointer &stream : device.streams) {
        run_until({stream, stream->enqueued});
    }
    sweep(device);
    return device.sticky_error;
}

void drop_streams(Device &device) {
    const auto drop = [](CUstream_st &stream) {
        stream.capture = nullptr;
        stream.reached.clear();
        stream.queue.clear();
        stream.executed = stream.enqueued;
    };
    drop(*device.default_stream);
    for (const StreamPointer &stream : device.streams) {
        drop(*stream);
    }
    device.streams.clear();
    drop_graphs(device);
    auto &events = machine().events;
    for (auto event = events.begin(); event != events.end();) {
        event = event->second->device == device.ordinal ? events.erase(event) : std::next(event);
    }
}

} // namespace fg_emulator

using fg_emulator::call;
using fg_emulator::find_event;
using fg_emulator::find_stream;
using fg_emulator::Needs;
using fg_emulator::release_call;

cudaError_t cudaStreamCreate(cudaStream_t *pStream) {
    return call("cudaStreamCreate", Needs::working_device,
                [&] { return fg_emulator::create_stream(pStream, cudaStreamDefault); });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *pStream, unsigned int flags) {
    return call("cudaStreamCreateWithFlags", Needs::working_device,
                [&] { return fg_emulator::create_stream(pStream, flags); });
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t *pStream, unsigned int flags, int priority) {
    return call("cudaStreamCreateWithPriority", Needs::working_device,
                [&] { return fg_emulator::create_stream(pStream, flags, priority); });
}

cudaError_t cudaDeviceGetStreamPriorityRange(int *leastPriority, int *greatestPriority) {
    return call("cudaDeviceGetStreamPriorityRange", Needs::working_device, [&] {
        if (leastPriority != nullptr) {
            *leastPriority = fg_emulator::least_priority;
        }
        if (greatestPriority != nullptr) {
            *greatestPriority = fg_emulator::greatest_priority;
        }
        return cudaSuccess;
    });
}

/* As in CUDA it does not wait: the stream's work is still to run, later. */
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    return release_call("cudaStreamDestroy", [&] {
        const auto found = stream != nullptr ? find_stream(stream) : nullptr;
        if (found == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        if (found->capture != nullptr) {
            fg_emulator::refuse_in_capture(*found);
            found->capture = nullptr;
        }
        found->destroyed = true;
        fg_emulator::sweep(fg_emulator::device_of(*found));
        return cudaSuccess;
    });
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    return call("cudaStreamSynchronize", Needs::working_device, [&] {
        const auto found = find_stream(stream);
        if (found == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        if (found->capture != nullptr) {
            return fg_emulator::refuse_in_capture(*found);
        }
        fg_emulator::machine().spinning_waits += !fg_emulator::idle(*found);
        return fg_emulator::run_stream(found);
    });
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
    return call("cudaStreamQuery", Needs::working_device, [&] {
        const auto found = find_stream(stream);
        if (found != nullptr && found->capture != nullptr) {
            return fg_emulator::refuse_in_capture(*found);
        }
        return found != nullptr ? fg_emulator::query({found, found->enqueued})
                                : cudaErrorInvalidResourceHandle;
    });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned int flags) {
    return call("cudaStreamWaitEvent", Needs::working_device, [&] {
        const auto waiting = find_stream(stream);
        const CUevent_st *const awaited = find_event(event);
        if (waiting == nullptr || awaited == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        if (flags != cudaEventWaitDefault) {
            return cudaErrorInvalidValue;
        }
        if (waiting->capture != nullptr || awaited->capture != nullptr) {
            return fg_emulator::wait_in_capture(*waiting, *awaited);
        }
        if (awaited->recording != nullptr) {
            fg_emulator::enqueue(waiting, [] { return cudaSuccess; }, {awaited->recording->mark});
        }
        return cudaSuccess;
    });
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t fn, void *userData) {
    return call("cudaLaunchHostFunc", Needs::working_device, [&] {
        return fg_emulator::launch_host_function(find_stream(stream), fn, userData);
    });
}

cudaError_t cudaEventCreate(cudaEvent_t *event) {
    return call("cudaEventCreate", Needs::working_device,
                [&] { return fg_emulator::create_event(event, cudaEventDefault); });
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned int flags) {
    return call("cudaEventCreateWithFlags", Needs::working_device,
                [&] { return fg_emulator::create_event(event, flags); });
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    return call("cudaEventRecord", Needs::working_device, [&] {
        const auto found = find_stream(stream);
        CUevent_st *const recorded = find_event(event);
        if (found == nullptr || recorded == nullptr || recorded->device != found->device) {
            return cudaErrorInvalidResourceHandle;
        }
        if (found->capture != nullptr) {
            fg_emulator::record_in_capture(*found, *recorded);
            return cudaSuccess;
        }
        recorded->capture = nullptr;
        const auto recording = std::make_shared<CUevent_st::Recording>();
        fg_emulator::enqueue(found, [recording] {
            recording->time = std::chrono::steady_clock::now();
            return cudaSuccess;
        });
        recording->mark = {found, found->enqueued};
        recorded->recording = recording;
        return cudaSuccess;
    });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    return call("cudaEventSynchronize", Needs::working_device, [&] {
        const CUevent_st *const awaited = find_event(event);
        if (awaited == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        if (awaited->capture != nullptr) {
            return cudaErrorCapturedEvent;
        }
        if (awaited->recording == nullptr) {
            return cudaSuccess;
        }
        const fg_emulator::Mark mark = awaited->recording->mark;
        fg_emulator::machine().spinning_waits +=
            !awaited->blocking_sync && !fg_emulator::reached(mark);
        fg_emulator::run_until(mark);
        return fg_emulator::device_of(*mark.stream).sticky_error;
    });
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
    return call("cudaEventQuery", Needs::working_device, [&] {
        const CUevent_st *const asked = find_event(event);
        if (asked == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        if (asked->capture != nullptr) {
            return cudaErrorCapturedEvent;
        }
        return asked->recording != nullptr
                   ? fg_emulator::query(fg_emulator::Mark(asked->recording->mark))
                   : cudaSuccess;
    });
}

cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t start, cudaEvent_t end) {
    return call("cudaEventElapsedTime", Needs::working_device, [&] {
        if (ms == nullptr) {
            return cudaErrorInvalidValue;
        }
        const CUevent_st *const first = find_event(start);
        const CUevent_st *const last = find_event(end);
        for (const CUevent_st *const event : {first, last}) {
            const cudaError_t error = fg_emulator::timed(event);
            if (error != cudaSuccess) {
                return error;
            }
        }
        if (first->device != last->device) {
            return cudaErrorInvalidResourceHandle;
        }
        *ms =
            std::chrono::duration<float, std::milli>(last->recording->time - first->recording->time)
                .count();
        return cudaSuccess;
    });
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    return release_call("cudaEventDestroy", [&] {
        return fg_emulator::machine().events.erase(event) == 1 ? cudaSuccess
                                                               : cudaErrorInvalidResourceHandle;
    });
}
