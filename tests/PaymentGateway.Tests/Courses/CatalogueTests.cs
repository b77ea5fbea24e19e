using System.Net;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Courses;

/// <summary>Courses, codes and enrolments over HTTP: by staff, and by students.</summary>
public sealed class CatalogueTests(CoursesFixture shared) : IClassFixture<CoursesFixture>
{
    private const int Callers = 32;

    private readonly HttpClient staff = shared.Staff;

    [Fact]
    public async Task A_course_is_created_changed_listed_and_taken_out_of_sale()
    {
        var id = await staff.Course(499.5m);
        var (status, course, _) = await staff.Call(HttpMethod.Patch, $"/api/courses/{id}", new
        {
            price = 600,
            tax = new { @class = "exempt", appliesFrom = "2027-04-01T00:00:00Z" },
        });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            ["taxable", "exempt"], course.GetProperty("tax").EnumerateArray().Select(term => term.Text("class")));
        Assert.Equal(600m, (await staff.GetJson($"/api/courses/{id}")).GetProperty("price").GetDecimal());
        Assert.Equal(1, await shared.Gateway.EventsOf(id, "course.updated"));

        using var student = await shared.Student();
        Assert.Equal(id, (await student.Client.GetJson("/api/courses?limit=1")).GetProperty("data")[0].Text("id"));
        await staff.Call(HttpMethod.Patch, $"/api/courses/{id}", new { active = false });
        Assert.Equal("INVALID_COURSE_ID", (await student.Client.Call(HttpMethod.Get, $"/api/courses/{id}")).Body.Code());
        Assert.NotEqual(HttpStatusCode.NotFound, (await staff.Call(HttpMethod.Get, $"/api/courses/{id}")).Status);
    }

    [Theory]
    [InlineData("""{ "instructor": "A", "price": 1, "tax": { "class": "exempt" } }""", "VALIDATION_FAILED", "title")]
    [InlineData("""{ "title": "A", "instructor": "A", "price": 1 }""", "VALIDATION_FAILED", "tax")]
    [InlineData("""{ "title": "A", "instructor": "A", "price": 1, "tax": { "class": "taxable", "sac": "999293" } }""", "VALIDATION_FAILED", "tax.percent")]
    [InlineData("""{ "title": "A", "instructor": "A", "price": 1, "tax": { "class": "taxable", "percent": 18, "sac": "123456" } }""", "VALIDATION_FAILED", "tax.sac")]
    [InlineData("""{ "title": "A", "instructor": "A", "price": 1, "tax": { "class": "exempt", "percent": 5 } }""", "VALIDATION_FAILED", "tax.percent")]
    [InlineData("""{ "title": "A", "instructor": "A", "price": 1.001, "tax": { "class": "exempt" } }""", "INVALID_AMOUNT", "price")]
    [InlineData("""{ "title": "A", "instructor": "A", "price": 1, "currency": "USD", "tax": { "class": "exempt" } }""", "UNSUPPORTED_CURRENCY", "currency")]
    public async Task What_is_wrong_with_a_course_is_named(string body, string code, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await staff.PostAsync(new Uri("/api/courses", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var error = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(code, error.Code());
        Assert.True(error.GetProperty("error").GetProperty("details").GetProperty("fields").TryGetProperty(field, out _), error.ToString());
    }

    [Fact]
    public async Task A_code_has_one_name_and_what_it_takes_off_stays()
    {
        var course = await staff.Course();
        var code = await staff.Code(new { code = "early-bird", percent = 12.5, courseIds = new[] { course }, useLimit = 2, partner = "Campus Club" });
        Assert.Equal("EARLY-BIRD", code.Text("code"));
        Assert.Equal("DISCOUNT_CODE_EXISTS", (await staff.Post("/api/discount-codes", new { code = "EARLY-BIRD", amount = 5 })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await staff.Post("/api/discount-codes", new { code = "BOTH", amount = 5, percent = 5 })).Body.Code());
        Assert.Equal("INVALID_COURSE_ID", (await staff.Post(
            "/api/discount-codes", new { code = "ELSEWHERE", amount = 5, courseIds = new[] { "course_01kaf5w3v8e7x9qh2m4n6p8r0t" } })).Body.Code());

        var (_, changed, _) = await staff.Call(HttpMethod.Patch, $"/api/discount-codes/{code.Text("id")}", new { useLimit = 5, active = false });
        Assert.Equal((5, false), (changed.GetProperty("useLimit").GetInt32(), changed.GetProperty("active").GetBoolean()));
        Assert.Equal("UNKNOWN_FIELD", (await staff.Call(HttpMethod.Patch, $"/api/discount-codes/{code.Text("id")}", new { percent = 90 })).Body.Code());
        Assert.Equal(1, (await staff.GetJson("/api/discount-codes?partner=Campus%20Club")).GetProperty("data").GetArrayLength());
        Assert.Equal("DISCOUNT_CODE_NOT_FOUND", (await staff.Call(HttpMethod.Get, "/api/discount-codes/disc_none")).Body.Code());

        using var student = await shared.Student();
        Assert.Equal("UNAUTHORIZED_ACCESS", (await student.Client.Call(HttpMethod.Get, "/api/discount-codes")).Body.Code());
    }

    [Fact]
    public async Task Thirty_two_give_one_student_a_course_and_it_is_given_once()
    {
        using var student = await shared.Student();
        using var other = await shared.Student();
        var (course, studentId) = (await staff.Course(), await student.Id());

        var given = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => staff.Post("/api/enrollments", new { courseId = course, studentId })));

        var first = Assert.Single(given, answer => answer.Status == HttpStatusCode.Created).Body;
        Assert.All(given.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal("ENROLLMENT_EXISTS", answer.Body.Code()));
        Assert.Equal(first.Text("id"), (await student.Client.GetJson("/api/enrollments")).GetProperty("data")[0].Text("id"));
        Assert.Empty((await other.Client.GetJson("/api/enrollments?studentId=" + studentId)).GetProperty("data").EnumerateArray());
        Assert.Equal("ENROLLMENT_NOT_FOUND", (await other.Client.Call(HttpMethod.Get, $"/api/enrollments/{first.Text("id")}")).Body.Code());

        var (_, closed, _) = await staff.Post($"/api/enrollments/{first.Text("id")}/close", new { });
        Assert.Equal(("closed", "by_staff"), (closed.Text("status"), closed.Text("closedWhy")));
        Assert.Equal("INVALID_STATE", (await staff.Post($"/api/enrollments/{first.Text("id")}/close", new { })).Body.Code());
        Assert.Equal(HttpStatusCode.Created, (await staff.Post("/api/enrollments", new { courseId = course, studentId })).Status);
        Assert.Equal("VALIDATION_FAILED", (await staff.Post("/api/enrollments", new { courseId = course, studentId = "usr_nobody" })).Body.Code());
    }
}
