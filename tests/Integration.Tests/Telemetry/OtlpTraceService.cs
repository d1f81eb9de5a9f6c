using CrashShield.Integration.Tests.Telemetry.Otlp;
using Grpc.Core;

namespace CrashShield.Integration.Tests.Telemetry;

internal sealed class OtlpTraceService(TraceReceiver receiver) : TraceService.TraceServiceBase
{
    public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
    {
        receiver.Receive(request);
        return Task.FromResult(new ExportTraceServiceResponse());
    }
}
