using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PaymentGateway.Courses;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.People;

namespace PaymentGateway.Tests.Courses;

/// <summary>A platform that sells courses, on a clock that stands; at the end the book must hold.</summary>
public sealed class CoursesFixture : IAsyncLifetime
{
    internal PeopleFixture People { get; } = new();

    public ManualClock Clock => People.Clock;

    public TestGateway Gateway => People.Gateway;

    public HttpClient Staff { get; private set; } = null!;

    public Tenant Tenant => new(Gateway.Shop.MerchantId, Mode.Test);

    public async ValueTask InitializeAsync()
    {
        await People.InitializeAsync();
        Staff = Gateway.Client();
    }

    public async ValueTask DisposeAsync()
    {
        Staff.Dispose();
        try
        {
            await Gateway.AssertBookHolds();
        }
        finally
        {
            await People.DisposeAsync();
        }
    }

    /// <summary>Somebody who is signed in and looks at the shop.</summary>
    internal async Task<Somebody> Student()
    {
        var student = await People.SignedIn();
        student.MerchantId = Gateway.Shop.MerchantId;
        return student;
    }
}

internal static class CourseCalls
{
    public static async Task<string> Course(this HttpClient staff, decimal price = 10_000)
    {
        var (status, course, _) = await staff.Post("/api/courses", new
        {
            title = "Financial modelling",
            instructor = "Asha Rao",
            price,
            tax = new { @class = "taxable", percent = 18, sac = "999293" },
        });
        Assert.True(status == HttpStatusCode.Created, course.ToString());
        return course.Text("id");
    }

    public static async Task<JsonElement> Code(this HttpClient staff, object fields)
    {
        var (status, code, _) = await staff.Post("/api/discount-codes", fields);
        Assert.True(status == HttpStatusCode.Created, code.ToString());
        return code;
    }

    /// <summary>As the page does: with the token and its cookie.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body)> Start(
        this Somebody student, string courseId, string? discountCode = null, bool withToken = true, string? behaviour = null,
        object? billing = null)
    {
        using var asked = await student.Client.GetAsync(new Uri("/api/payment/csrf-token", UriKind.Relative));
        var token = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement.Text("csrfToken");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payment/initiate");
        request.Content = JsonContent.Create(new Dictionary<string, object?> { ["courseId"] = courseId, ["discountCode"] = discountCode, ["billing"] = billing }
            .Where(field => field.Value is not null).ToDictionary());
        request.Headers.Add("Cookie", asked.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        if (withToken)
        {
            request.Headers.Add("X-CSRF-Token", token);
        }

        if (behaviour is not null)
        {
            request.Headers.Add("X-Sandbox-Behaviour", behaviour);
        }

        using var response = await student.Client.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone());
    }

    public static async Task<JsonElement> Started(this Somebody student, string courseId, string? discountCode = null)
    {
        var (status, started) = await student.Start(courseId, discountCode);
        Assert.True(status == HttpStatusCode.Created, started.ToString());
        return started;
    }

    public static Task<JsonElement> StatusOf(this Somebody student, JsonElement started) =>
        student.Client.GetJson($"/api/payment/status/{started.Text("transactionId")}");

    /// <summary>Past the edge, with its limit for each person: what the endpoint calls.</summary>
    internal static async Task<Outcome<CourseTransaction>> StartAs(
        this CoursesFixture shared, string studentId, string courseId, string? discountCode = null) =>
        await shared.Gateway.Get<StartCoursePayment>().Run(
            new(shared.Tenant, studentId, courseId, discountCode, null, Origin.System), TestContext.Current.CancellationToken);

    /// <summary>The address that the sandbox sends the browser back to.</summary>
    public static Task<string> ReturnUrlOf(this TestGateway gateway, string transactionId) => gateway.Query<string>(
        """
        SELECT s.return_url
        FROM sandbox.charges s
        JOIN payments.charges c ON c.id = s.key
        JOIN payments.payments p ON p.id = c.payment_id
        JOIN courses.transactions t ON t.order_id = p.order_id
        WHERE t.id = @transactionId
        """, new { transactionId });

    public static Task<(long Enrollments, long Events)> Effects(this TestGateway gateway, string transactionId) => gateway.Query<(long, long)>(
        """
        SELECT (SELECT count(*) FROM courses.enrollments WHERE transaction_id = @transactionId),
            (SELECT count(*) FROM events.events WHERE subject_id = @transactionId AND name = 'course_payment.succeeded')
        """, new { transactionId });

    public static string NewStudent() => Id.New("usr", TimeProvider.System);
}
