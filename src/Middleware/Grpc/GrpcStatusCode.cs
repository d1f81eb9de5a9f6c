using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Grpc;

/// <summary>The statuses of gRPC and of HTTP that stand for each other, as google/rpc/code.proto has them beside each code.</summary>
internal static class GrpcStatusCode
{
    public const int Cancelled = 1;
    public const int DeadlineExceeded = 4;

    private const int ClientClosedRequest = StatusCodes.Status499ClientClosedRequest;

    // By the number of the code: its name, and the HTTP status.
    private static readonly (string Name, int Http)[] Codes =
    [
        ("OK", StatusCodes.Status200OK),
        ("CANCELLED", ClientClosedRequest),
        ("UNKNOWN", StatusCodes.Status500InternalServerError),
        ("INVALID_ARGUMENT", StatusCodes.Status400BadRequest),
        ("DEADLINE_EXCEEDED", StatusCodes.Status504GatewayTimeout),
        ("NOT_FOUND", StatusCodes.Status404NotFound),
        ("ALREADY_EXISTS", StatusCodes.Status409Conflict),
        ("PERMISSION_DENIED", StatusCodes.Status403Forbidden),
        ("RESOURCE_EXHAUSTED", StatusCodes.Status429TooManyRequests),
        ("FAILED_PRECONDITION", StatusCodes.Status400BadRequest),
        ("ABORTED", StatusCodes.Status409Conflict),
        ("OUT_OF_RANGE", StatusCodes.Status400BadRequest),
        ("UNIMPLEMENTED", StatusCodes.Status501NotImplemented),
        ("INTERNAL", StatusCodes.Status500InternalServerError),
        ("UNAVAILABLE", StatusCodes.Status503ServiceUnavailable),
        ("DATA_LOSS", StatusCodes.Status500InternalServerError),
        ("UNAUTHENTICATED", StatusCodes.Status401Unauthorized),
    ];

    /// <summary>The code that a failure with an HTTP status is answered with.</summary>
    public static int OfHttp(int statusCode) => statusCode switch
    {
        StatusCodes.Status400BadRequest => 3, // INVALID_ARGUMENT
        StatusCodes.Status401Unauthorized => 16, // UNAUTHENTICATED
        StatusCodes.Status403Forbidden => 7, // PERMISSION_DENIED
        StatusCodes.Status404NotFound => 5, // NOT_FOUND
        StatusCodes.Status409Conflict => 10, // ABORTED
        StatusCodes.Status429TooManyRequests => 8, // RESOURCE_EXHAUSTED
        ClientClosedRequest => Cancelled,
        StatusCodes.Status501NotImplemented => 12, // UNIMPLEMENTED
        StatusCodes.Status503ServiceUnavailable => 14, // UNAVAILABLE
        StatusCodes.Status504GatewayTimeout => DeadlineExceeded,
        < 500 => 9, // FAILED_PRECONDITION
        _ => 13, // INTERNAL
    };

    /// <summary>The HTTP status that a code stands for.</summary>
    public static int ToHttp(int code) => code >= 0 && code < Codes.Length ? Codes[code].Http : StatusCodes.Status500InternalServerError;

    /// <summary>Its name, as clients know it.</summary>
    public static string NameOf(int code) => code >= 0 && code < Codes.Length ? Codes[code].Name : "UNKNOWN";
}
