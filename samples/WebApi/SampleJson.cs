using System.Text.Json.Serialization;
using WebApi.Orders;

namespace WebApi;

/// <summary>What goes in and out as JSON: published trimmed or native, the sample has no other JSON.</summary>
[JsonSerializable(typeof(NewOrder))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(WorkerVersion))]
internal sealed partial class SampleJson : JsonSerializerContext;
