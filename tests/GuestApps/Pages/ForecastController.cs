using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;

namespace CrashShield.GuestApps.Pages;

[ApiController]
[Route("[controller]")]
public sealed class ForecastController : ControllerBase
{
    [HttpGet]
    public IEnumerable<int> Get() => [1, 2, 3];

    [HttpGet("{day:int}")]
    public ActionResult<int> Get(int day) => day > 5 ? NotFound() : day;

    [HttpGet("throw")]
    public int Throw() => throw new InvalidOperationException("controller");

    [HttpGet("bad")]
    public int Bad() => throw new BadHttpRequestException("bad", StatusCodes.Status413PayloadTooLarge);

    [HttpGet("query")]
    public int Query([Required] int size) => size;

    [HttpPost]
    public IActionResult Post(Forecast forecast) => CreatedAtAction(nameof(Get), new { day = forecast.Day }, forecast);

    [HttpGet("problem")]
    public IActionResult ProblemResponse() => Problem("no weather today", statusCode: StatusCodes.Status503ServiceUnavailable);

    public sealed record Forecast([Range(1, 5)] int Day, [Required] string Summary);
}
